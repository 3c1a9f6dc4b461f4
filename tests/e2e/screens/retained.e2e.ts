// Pictures of what the broker keeps, and of deleting some of it.
import { expect, test } from "vitest";
import { looks, save, show, wordsOf } from "../support/look";
import { startMosquitto } from "../support/mosquitto";
import { furnish } from "../support/plant";
import { CONTROL } from "../support/window";

for (const look of looks) {
  test(`retained messages, deleting and undo: ${look.name}`, async () => {
    const broker = await startMosquitto();
    await furnish(broker.port);
    const { retained, shell } = wordsOf(look);
    const window = await show(look, async (window) => {
      await save(window, "Plant 7 dev", `mqtt://127.0.0.1:${broker.port}`);
    });
    await window.connect("Plant 7 dev");
    await window.row("factory");
    await window.tab(shell.retained);
    const commands = ["factory/line-1/press-02/cmd", "factory/line-1/press-03/cmd"];
    const row = (topic: string) =>
      window.browser.$(`//*[@role="row"][.//*[@role="gridcell"][contains(., "${topic}")]]`);
    await row(commands[0] ?? "").waitForDisplayed({ timeout: 20_000 });
    await window.picture(`04a-retained-list-${look.name}`);
    await row("factory/line-2/press-04/cmd").click();
    for (const topic of commands) {
      await window.browser.action("key").down(CONTROL).perform(true);
      await row(topic).click();
      await window.browser.action("key").up(CONTROL).perform();
    }
    await window.reads("main", retained.clearSelection);
    await window.picture(`04a-retained-${look.name}`);
    await window.browser.keys(["Delete"]);
    await window.see('[role="alertdialog"]');
    await window.picture(`04b-retained-delete-${look.name}`);
    await window.browser.$('//*[@role="alertdialog"]//button[not(contains(., "Esc"))][last()]').click();
    await expect.poll(() => row(commands[0] ?? "").isExisting(), { timeout: 20_000 }).toBe(false);
    await window.gone('[role="alertdialog"]');
    await window.picture(`04c-retained-undo-${look.name}`);
    await window.browser.keys([CONTROL, "z"]);
    await row(commands[0] ?? "").waitForDisplayed({ timeout: 20_000 });
    await window.picture(`04c-retained-restored-${look.name}`);
  });
}
