// The tree of a busy broker: orders, the busiest, and rows that stay where they are.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { until } from "./support/program";
import { Window } from "./support/window";

async function start(topics: string[]) {
  const broker = await startMosquitto();
  for (const topic of topics) await publish(broker.port, topic, "1", "-r", "-q", "1");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  return { broker, window };
}

const drawn = (window: Window) =>
  window.browser.$$('[data-pane="tree"] [role="treeitem"]').map((row) => row.getAttribute("data-topic"));

test("the busiest are listed with their rates and lead to their topics", async () => {
  const { broker, window } = await start(["plant/quiet", "plant/deep/down/busy"]);
  await window.row("plant");
  await window.press("Busiest topics and branches");
  const flood = Array.from({ length: 60 }, (_, i) => `${i}`);
  for (const value of flood) await publish(broker.port, "plant/deep/down/busy", value, "-q", "1");
  const first = '[data-pane="busiest"] .row[data-topic="plant/deep/down/busy"]';
  const row = await window.see(first);
  await until("a rate", async () => /[1-9].*\/s/.test(await row.getText()) || undefined);
  await row.click();
  await window.see(
    '[data-pane="tree"] [role="treeitem"][data-topic="plant/deep/down/busy"][aria-selected="true"]',
  );
});

test("the largest come first when that is asked for", async () => {
  const { broker, window } = await start(["a", "b", "c"]);
  await publish(broker.port, "b", "x".repeat(5_000), "-r", "-q", "1");
  await window.row("a");
  await window.press("Tree options");
  const item = window.browser.$('//*[starts-with(@role, "menuitem")][contains(., "Largest first")]');
  await item.waitForClickable({ timeout: 20_000 });
  await item.click();
  await expect.poll(async () => (await drawn(window)).filter((topic) => topic?.length === 1)[0]).toBe("b");
});

test("the row under the pointer stays where it is while topics come above it", async () => {
  const { broker, window } = await start(["plant/line-5", "plant/line-6", "plant/line-7"]);
  await window.open("plant/line-6");
  const row = await window.row("plant/line-6");
  await row.moveTo();
  const { y } = await row.getLocation();
  for (const topic of ["plant/line-1", "plant/line-2", "other", "aaa"])
    await publish(broker.port, topic, "1");
  await until("the new topics", async () => {
    return /plant\s*5 topics/.test(await window.text('[data-pane="tree"]')) || undefined;
  });
  await expect.poll(async () => (await row.getLocation()).y).toBe(y);
  // Without the pointer all of them are there again.
  await window.browser.$("footer").moveTo();
  await window.row("aaa");
  await window.row("plant/line-1");
});
