// The time machine in the real window: the tree of an earlier time, while messages go on arriving.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { until } from "./support/program";
import { CONTROL, Window } from "./support/window";

const bar = 'section[aria-label="Time machine"]';
const hand = '[role="slider"][aria-label="Time shown"]';
const value = (topic: string) => `[role="treeitem"][data-topic="${topic}"] .pv`;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("the tree is put back to an earlier second, compared with now, and returned", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/press", "first", "-r", "-q", "1");
  await publish(broker.port, "plant/oil", "steady", "-r", "-q", "1");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  const { browser } = window;
  await window.open("plant/press");
  await window.reads(value("plant/press"), "first");
  // The next second, so that there is one to step back over.
  await wait(2100);
  await publish(broker.port, "plant/press", "second", "-q", "1");
  await publish(broker.port, "plant/new", "here", "-q", "1");
  await window.reads(value("plant/press"), "second");
  await window.row("plant/new");

  await browser.keys([CONTROL, "t"]);
  await window.reads(bar, "The present");
  await window.press("Previous value of the selected topic");
  await window.reads(bar, "Recording goes on");
  await window.reads(value("plant/press"), "first");
  await window.gone('[role="treeitem"][data-topic="plant/new"]');
  await window.reads('section[aria-label="Message"]', "first");
  // What would act on the present is held.
  expect(await browser.$('section[aria-label="Message"] [aria-keyshortcuts="Delete"]').isEnabled()).toBe(
    false,
  );

  // Recording goes on, and the past stays as it was.
  await publish(broker.port, "plant/press", "third", "-q", "1");
  await wait(1500);
  expect(await window.text(value("plant/press"))).toContain("first");

  await window.press("What changed");
  await window.reads('[role="region"][aria-label="What changed"]', "plant/press");
  await window.reads('[role="region"][aria-label="What changed"]', "first");

  // With the keyboard: the hand goes to the next second with messages, and End is the present.
  await (await window.see(hand)).click();
  await browser.keys(["End"]);
  await window.reads(bar, "The present");
  await window.reads(value("plant/press"), "third");
  await window.row("plant/new");
  await browser.keys(["ArrowLeft"]);
  await window.reads(bar, "Recording goes on");
  await browser.keys(["Escape"]);
  await until("the present", async () => (await window.text(bar)).includes("The present") || undefined);
});
