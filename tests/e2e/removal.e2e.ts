// Many retained messages deleted at once: it is seen, stopped and taken back, from the list and from the tree.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { subscribe } from "./support/cli";
import { looks, save, show, wordsOf } from "./support/look";
import { startMosquitto } from "./support/mosquitto";
import { run, until } from "./support/program";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const load = process.env.TREETOP_LOAD ?? here("../../target/debug/treetop-load");
/** Without limits of its own the broker drops nothing. */
const generous = ["max_inflight_messages 0", "max_queued_messages 0"];
const COUNT = 20_000;

// It takes its time: both languages and both widths are enough.
for (const look of looks.filter(({ name }) => name === "ko" || name === "900")) {
  test(`thousands of retained messages are deleted: ${look.name}`, { timeout: 240_000 }, async () => {
    const broker = await startMosquitto(...generous);
    await run(load, [String(broker.port), String(COUNT), String(COUNT), "--retain"]);
    const kept = async (count: number) => {
      const fresh = await subscribe(broker.port, "plant/#");
      await until(`${count} messages`, () => fresh.messages.length >= count || undefined);
      return fresh.messages.length;
    };
    const { common, explore, recording, retained, shell } = wordsOf(look);
    const jobs = `[aria-label="${recording.jobs}"]`;
    const window = await show(look, async (window) => {
      await save(window, "Plant 7 dev", `mqtt://127.0.0.1:${broker.port}`);
    });
    await window.connect("Plant 7 dev");
    await window.row("plant");
    await window.tab(shell.retained);
    await window.reads("main", COUNT.toLocaleString("en"));
    await window.browser.$(`[role="checkbox"][aria-label="${common.selectAll}"]`).click();
    await window.reads("main", common.selected({ count: COUNT }));
    await window.browser.keys(["Delete"]);
    await window.see('[role="alertdialog"]');
    const confirm = () =>
      window.browser.$('//*[@role="alertdialog"]//button[not(contains(., "Esc"))][last()]').click();
    await confirm();
    await window.reads(jobs, COUNT.toLocaleString("en"));
    await window.picture(`04d-retained-deleting-${look.name}`);
    await window.press(common.stop);
    // The words for none left alone, without the number.
    await window.reads(jobs, retained.leftAlone({ count: 0 }).split("0")[0] ?? "");
    await window.picture(`04d-retained-stopped-${look.name}`);
    const [deleted = 0, left = 0] = [...(await window.text(jobs)).matchAll(/[\d,]{3,}/g)].map((number) =>
      Number(number[0].replaceAll(",", "")),
    );
    expect(deleted + left).toBe(COUNT);
    expect(await kept(left)).toBe(left);
    await window.reads("main", common.selected({ count: left }));
    await window.see('[role="gridcell"]');
    await window.reads("main", left.toLocaleString("en"));
    await window.picture(`04d-retained-left-${look.name}`);
    await window.press(common.undo);
    await until("all to be there again", async () => {
      const { rows } = await window.browser.execute(() => ({ rows: document.body.innerText }));
      return rows.includes(retained.restoredPlain({ count: deleted })) || undefined;
    });
    expect(await kept(COUNT)).toBe(COUNT);
    await window.picture(`04d-retained-restored-${look.name}`);

    await window.tab(shell.explore);
    await (await window.row("plant")).click();
    await window.browser.keys(["Delete"]);
    await window.see('[role="alertdialog"]');
    await window.reads('[role="alertdialog"]', explore.clearDo({ count: COUNT }));
    await confirm();
    await window.reads(jobs, retained.deletedPlain({ count: COUNT }));
    await window.picture(`04d-retained-cleared-${look.name}`);
    const fresh = await subscribe(broker.port, "plant/#");
    await window.browser.pause(500);
    expect(fresh.messages).toHaveLength(0);
  });
}
