// The shortcuts that the window prints do what they say, in the real window.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish, subscribe } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { largeJson } from "./support/plant";
import { until } from "./support/program";
import { CONTROL, Window } from "./support/window";

const SHIFT = "\uE008";
const filter = 'input[aria-label="Filter topics"]';

/** A window at a branch with a few topics, the first of which is selected. */
async function start() {
  const broker = await startMosquitto();
  const topics = ["plant/alarm", "plant/force", "plant/oil/level", "plant/oil/temp", "plant/state"];
  for (const topic of topics) await publish(broker.port, topic, "1", "-r", "-q", "1");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.open("plant/alarm");
  return { broker, window };
}

const selected = (window: Window) =>
  window.browser.$('[role="treeitem"][aria-selected="true"]').getAttribute("data-topic");
const becomes = (window: Window, topic: string) =>
  expect.poll(() => selected(window), { timeout: 10_000 }).toBe(topic);

test("the tree is walked, opened and searched with the keyboard", async () => {
  const { window } = await start();
  const { browser } = window;
  await browser.keys(["ArrowDown"]);
  await becomes(window, "plant/force");
  await browser.keys(["ArrowUp"]);
  await becomes(window, "plant/alarm");
  await browser.keys(["ArrowLeft"]);
  await becomes(window, "plant");
  await browser.keys(["ArrowLeft"]);
  await window.gone('[data-topic="plant/force"]');
  await browser.keys(["ArrowRight"]);
  await window.row("plant/oil");
  await browser.keys(["End"]);
  await becomes(window, "plant/state");
  await browser.keys(["Home"]);
  await expect.poll(() => selected(window), { timeout: 10_000 }).not.toBe("plant/state");
  await window.open("plant/alarm");
  await window.write("st");
  await becomes(window, "plant/state");

  await window.open("plant/oil");
  await browser.keys(["f"]);
  await window.gone('[data-topic="plant/force"]');
  await browser.keys(["Escape"]);
  await window.row("plant/force");
  await browser.keys(["/"]);
  await window.write("level");
  await window.gone('[data-topic="plant/force"]');
  expect(await browser.$(filter).getValue()).toBe("level");
  await browser.keys(["Escape"]);
  await window.row("plant/force");

  await window.open("plant/force");
  await browser.keys([" "]);
  await window.reads('section[aria-label="Topics"]', "Paused");
  await browser.keys([" "]);
  await until(
    "the tree to go on",
    async () => !(await window.text('section[aria-label="Topics"]')).includes("Paused") || undefined,
  );
});

test("screens, panes, palette, settings and zoom have their keys", async () => {
  const { window } = await start();
  const { browser } = window;
  for (const [key, name] of [
    ["2", "charts"],
    ["3", "retained"],
    ["4", "publish"],
    ["1", "explore"],
  ] as const) {
    await browser.keys([CONTROL, key]);
    await window.see(`#tab-${name}[aria-selected="true"]`);
  }
  await browser.keys([CONTROL, "b"]);
  await window.gone('[role="tree"]');
  await browser.keys([CONTROL, "b"]);
  await window.see('[role="tree"]');
  await browser.keys([CONTROL, "j"]);
  await window.gone('aside[aria-label="Publish"]');
  await browser.keys([CONTROL, "j"]);
  await window.see('aside[aria-label="Publish"]');
  const pane = () =>
    browser.execute(() => document.activeElement?.closest<HTMLElement>("[data-pane]")?.dataset.pane ?? "");
  const panes = new Set<string>();
  for (let press = 0; press < 3; press += 1) {
    await browser.keys(["F6"]);
    panes.add(await pane());
  }
  expect([...panes].sort()).toEqual(["dock", "message", "tree"]);
  await browser.keys([CONTROL, "k"]);
  await window.see('[role="dialog"]');
  await browser.keys(["Escape"]);
  await window.gone('[role="dialog"]');
  await browser.keys([CONTROL, ","]);
  await window.reads('[role="dialog"]', "Settings");
  await browser.keys(["Escape"]);
  const width = async () => (await window.size())[0];
  const before = await width();
  await browser.keys([CONTROL, "="]);
  await expect.poll(width, { timeout: 10_000 }).toBeLessThan(before);
  await browser.keys([CONTROL, "0"]);
  await expect.poll(width, { timeout: 10_000 }).toBe(before);
  await browser.keys([CONTROL, "-"]);
  await expect.poll(width, { timeout: 10_000 }).toBeGreaterThan(before);
  await browser.keys([CONTROL, "0"]);
  await expect.poll(width, { timeout: 10_000 }).toBe(before);
  await browser.keys([CONTROL, "n"]);
  await window.reads("main", "Session");
});

test("a hidden tree comes back where it was, and the focus is never lost", async () => {
  const { broker, window } = await start();
  const { browser } = window;
  const topics = Array.from({ length: 90 }, (_, at) => `plant/oil/sensor-${String(at).padStart(2, "0")}`);
  for (const topic of topics) await publish(broker.port, topic, "1", "-r");
  await window.open("plant/oil");
  await browser.keys(["ArrowRight"]);
  await window.row("plant/oil/level");
  for (let page = 0; page < 2; page += 1) await browser.keys(["PageDown"]);
  await expect.poll(() => selected(window), { timeout: 10_000 }).toContain("sensor-");
  const place = () =>
    browser.execute(() => {
      const row = document.querySelector<HTMLElement>('[role="treeitem"][aria-selected="true"]');
      return row ? `${row.dataset.topic} ${Math.round(row.getBoundingClientRect().top)}` : "not drawn";
    });
  const pane = () =>
    browser.execute(() => document.activeElement?.closest<HTMLElement>("[data-pane]")?.dataset.pane ?? "");
  const before = await place();
  expect(before).toContain("sensor-");
  await window.picture("tree-place-before");

  await browser.keys([CONTROL, "b"]);
  await window.gone('[role="tree"]');
  expect(await pane()).toBe("message");
  await browser.keys([CONTROL, "b"]);
  await window.see('[role="tree"]');
  await expect.poll(place, { timeout: 10_000 }).toBe(before);
  expect(await pane()).toBe("tree");
  await window.picture("tree-place-after");

  // Topics that came above it meanwhile do not move it either.
  await browser.keys([CONTROL, "2"]);
  await window.gone('[role="tree"]');
  for (const topic of ["a", "b", "c"]) await publish(broker.port, topic, "1", "-r", "-q", "1");
  await window.tab("Explore");
  await window.see('[role="tree"]');
  await expect.poll(place, { timeout: 10_000 }).toBe(before);
  await browser.pause(1_500);
  expect(await place()).toBe(before);

  // The filter is in the tree, which is shown for it.
  await browser.keys([CONTROL, "b"]);
  await window.gone('[role="tree"]');
  await browser.keys(["/"]);
  await window.write("level");
  expect(await browser.$(filter).getValue()).toBe("level");
});

test("messages are stepped through, marked, charted, copied and cleared with the keyboard", async () => {
  const { broker, window } = await start();
  const { browser } = window;
  for (const value of ["2", "3", "4"]) await publish(broker.port, "plant/force", value, "-r", "-q", "1");
  await window.open("plant/force");
  const payload = '[data-testid="payload"]';
  await window.reads(payload, "4");
  // What a payload was before is shown beside it, so the row tells which message is looked at.
  const chosen = '[role="grid"] [aria-selected="true"]';
  await browser.keys(["["]);
  await window.reads(chosen, "2→3");
  await browser.keys(["a"]);
  await browser.keys(["]"]);
  await window.reads(chosen, "3→4");
  await browser.keys(["b"]);
  await expect.poll(() => browser.$$('[role="grid"] .ab.on').length, { timeout: 10_000 }).toBe(2);
  await browser.keys(["d"]);
  await window.see('//*[@role="columnheader"][normalize-space(.)="Payload"]');
  await browser.keys(["d"]);
  await window.see('//*[@role="columnheader"][normalize-space(.)="Change from the one before"]');

  await browser.keys([CONTROL, "d"]);
  await window.tells("plant/force is in Charts");
  await browser.keys([CONTROL, "f"]);
  await window.see('input[aria-label="Find in payload"]');
  await browser.keys(["Escape"]);
  await window.gone('input[aria-label="Find in payload"]');

  const pasted = async () => {
    await browser.$(filter).click();
    await browser.keys([CONTROL, "v"]);
    const text = await browser.$(filter).getValue();
    await browser.keys(["Escape"]);
    await window.open("plant/force");
    return text;
  };
  await window.open("plant/force");
  await browser.keys([CONTROL, "c"]);
  await window.tells("Copied");
  expect(await pasted()).toBe("plant/force");
  await browser.keys([CONTROL, SHIFT, "c"]);
  await expect.poll(pasted, { timeout: 20_000 }).toBe("4");

  const other = await subscribe(broker.port, "plant/state", "-R");
  await window.open("plant/state");
  await browser.keys(["Delete"]);
  await window.see('[role="alertdialog"]');
  await browser.$('//*[@role="alertdialog"]//button[normalize-space(.)="Delete 1"]').click();
  await other.find((message) => message.payload.length === 0);
  await window.reads("main", "Deleted 1 retained message");
  await browser.keys([CONTROL, "z"]);
  await other.find((message) => message.payload.toString() === "1");
});

test("the publish panel takes the topic with P, and L loads a whole payload", async () => {
  const { broker, window } = await start();
  await publish(broker.port, "plant/spectrum", largeJson(200_000), "-r");
  await window.open("plant/spectrum");
  await window.reads("main", "Load all");
  await window.browser.keys(["l"]);
  await until("all of it", async () => !(await window.text("main")).includes("Load all") || undefined);
  await window.browser.keys([CONTROL, "j"]);
  await window.gone('aside[aria-label="Publish"]');
  await window.open("plant/state");
  await window.browser.keys(["p"]);
  await window.see('aside[aria-label="Publish"]');
  await expect
    .poll(() => window.browser.$('aside[aria-label="Publish"] label ~ * input, aside input').getValue())
    .toBe("plant/state");
});
