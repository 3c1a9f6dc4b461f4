// What uses the space of the history, forgetting a branch, and what is kept, as a person does it.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { until } from "./support/program";
import { Window } from "./support/window";

const grid = '[role="grid"][aria-label="What uses the space"]';

test("a person sees what uses the space, forgets a branch and keeps less", async () => {
  const broker = await startMosquitto();
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.see('[role="tab"][aria-selected="true"]');
  for (const topic of ["plant/a/x", "plant/a/y", "plant/b", "other"])
    for (let n = 0; n < 3; n += 1) await publish(broker.port, topic, "12345", "-q", "1");
  await window.row("plant");
  await window.tab("History");
  await window.browser.$('//*[@role="radio"][normalize-space(.)="Storage"]').click();
  await until("everything to be stored", async () => {
    await window.press("Read again");
    const text = await window.text(grid);
    return (text.includes("plant") && text.includes("other") && text.includes("9")) || undefined;
  });
  await window.press("Open plant");
  await window.reads(grid, "15 B");
  await window.picture("storage-branch");
  await (await window.see(grid)).click();
  await window.browser.keys(["Home"]);
  await window.browser.keys(["Delete"]);
  await window.reads('[role="alertdialog"]', "2 topics, 6 messages with 30 B of payload");
  await window.picture("storage-forget");
  await window.press("Forget");
  await window.reads("main", "Deleted 6 messages");
  await until("the branch to be gone", async () => {
    const text = await window.text(grid);
    return (text.includes("b") && !text.includes("a/")) || undefined;
  });

  await window.field("Messages per topic", "1");
  await window.press("Apply");
  await window.reads('[role="alertdialog"]', "lose their oldest");
  await window.press("Keep less");
  await window.press("Everything");
  await until("one message of each to be left", async () => {
    await window.press("Read again");
    const usage = await window.browser.execute(
      (selector) =>
        [...document.querySelectorAll(`${selector} [role="row"]`)].map((row) =>
          [...row.querySelectorAll('[role="gridcell"]')].slice(0, 3).map((cell) => cell.textContent?.trim()),
        ),
      grid,
    );
    const other = usage.find(([name]) => name === "other");
    return other?.[2] === "1" || undefined;
  });
  await window.picture("storage-kept");

  // The same from the tree: the menu of a row asks with the numbers.
  await window.tab("Explore");
  const row = await window.row("other");
  await row.click({ button: "right" });
  await window.browser.$('//*[@role="menuitem"][contains(., "Forget history of this topic")]').click();
  await window.reads('[role="alertdialog"]', "1 message with 5 B of payload");
  await window.press("Cancel");
  expect(await window.text('[role="alertdialog"]')).toBe("");
});
