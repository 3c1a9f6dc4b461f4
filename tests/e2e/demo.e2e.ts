// The demo broker, as the first thing a new person tries.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { Window } from "./support/window";

test("the demo broker shows a plant that moves, with Korean and deep topics", async () => {
  const window = new Window(await launch());
  await window.press("Try the demo broker");
  await window.row("factory");
  await window.row("창원");
  await window.open("factory/line-2/press-04/telemetry");
  await window.reads("main", '"force_kn"');
  const count = async () => (await window.row("factory")).getText();
  const before = await count();
  await expect.poll(count, { timeout: 20_000 }).not.toBe(before);
  await window.app.screenshot("demo");
});

test("--demo opens on the plant", async () => {
  const window = new Window(await launch({ args: ["--demo"] }));
  await window.row("factory");
});
