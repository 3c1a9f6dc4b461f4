// The filter of the tree: ways to read it, values that change under it, and from hit to hit.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { until } from "./support/program";
import { Window } from "./support/window";

const field = 'input[aria-label="Filter topics"]';
const row = (topic: string) => `[role="treeitem"][data-topic="${topic}"]`;
const selected = '[role="treeitem"][aria-selected="true"]';

async function started(values: Record<string, string>) {
  const broker = await startMosquitto();
  for (const [topic, value] of Object.entries(values)) await publish(broker.port, topic, value, "-r");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  for (const branch of new Set(Object.keys(values).map((topic) => topic.split("/")[0]))) {
    await window.row(branch ?? "");
  }
  return { broker, window };
}

test("wildcards, expressions and loose letters leave what they name", async () => {
  const { window } = await started({
    "plant/line-1/oil": "1",
    "plant/line-2/oil": "2",
    "plant/line-2/force": "3",
    "office/lamp": "4",
  });
  await window.type(field, "plant/+/oil");
  await window.row("plant/line-1/oil");
  await window.row("plant/line-2/oil");
  await window.gone(row("plant/line-2/force"));
  await window.press("Filter options");
  await window.press("Regular expression");
  await window.type(field, "line-[2-9]/o");
  await window.row("plant/line-2/oil");
  await window.gone(row("plant/line-1"));
  // One that is broken says where, and what was found stays.
  await window.type(field, "line-[2");
  await window.reads('[role="alert"]', "“[” is never closed, character 6");
  await window.row("plant/line-2/oil");
  await window.press("Loose: letters in order");
  await window.type(field, "pl2oil");
  await window.row("plant/line-2/oil");
  await window.gone(row("plant/line-1"));
  await window.app.screenshot("filter-modes");
});

test("values count too, and a topic comes and goes with its value", async () => {
  const { broker, window } = await started({ "a/pump": "fine", "b/pump": "error 7" });
  await window.browser.keys(["\uE00A", "p", "\uE000"]);
  await window.write("error");
  await window.row("b/pump");
  await window.gone(row("a"));
  await window.reads(`${row("b/pump")} mark`, "error");
  await publish(broker.port, "a/pump", "error 8");
  await window.row("a/pump");
  await publish(broker.port, "b/pump", "fine");
  await window.gone(row("b"));
});

test("Enter and F3 go from hit to hit and open closed branches", async () => {
  const { window } = await started({ "a/x/oil": "1", "a/y": "2", "b/oil": "3" });
  await window.type(field, "oil");
  await window.row("a/x/oil");
  await window.press("Collapse all");
  await window.gone(row("a/x/oil"));
  await window.browser.$(field).click();
  const next = async (keys: string[], topic: string) => {
    await window.browser.keys(keys);
    await until(`${topic} to be selected`, async () => {
      const at = window.browser.$(selected);
      return (await at.isExisting()) && (await at.getAttribute("data-topic")) === topic;
    });
  };
  await next(["Enter"], "a/x/oil");
  await next(["F3"], "b/oil");
  await next(["Enter"], "a/x/oil");
  await next(["Shift", "Enter"], "b/oil");
  expect(await window.browser.$(field).isFocused()).toBe(true);
});
