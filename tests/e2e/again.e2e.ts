// Starting again: a second start joins the first, and a later one finds things as they were left.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Home, launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { Program } from "./support/program";
import { appProcesses } from "./support/processes";
import { Window } from "./support/window";

test("a second start hands its address to the window that is open, and ends", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "office/lamp", "on", "-r");
  const window = new Window(await launch());
  await window.see('input[placeholder^="mqtts://"]');
  const first = appProcesses(window.app.pid).find(({ name }) => name === "treetop");
  // The second program must meet the first on its own bus and display.
  const variables = readFileSync(`/proc/${first?.pid}/environ`, "utf8").split("\0").filter(Boolean);
  const environment = Object.fromEntries(
    variables.map((one) => [one.split("=")[0], one.replace(/^[^=]*=/, "")]),
  );
  const program = readFileSync(`/proc/${first?.pid}/cmdline`, "utf8").split("\0")[0] as string;
  const second = new Program(program, [`mqtt://127.0.0.1:${broker.port}`], environment);
  expect(await second.ended, second.output).toBe(0);
  await window.row("office");
});

test("the width of a pane is remembered", async () => {
  const home = new Home();
  try {
    const broker = await startMosquitto();
    const args = [`mqtt://127.0.0.1:${broker.port}`];
    const first = new Window(await launch({ home, args }));
    const pane = '[data-pane="tree"]';
    await first.see(pane);
    const before = await (await first.see(pane)).getSize("width");
    const splitter = first.browser.$('[role="separator"]');
    await splitter.click();
    await first.browser.keys(["ArrowRight", "ArrowRight"]);
    await expect.poll(async () => (await first.see(pane)).getSize("width")).toBeGreaterThan(before);
    const wider = await (await first.see(pane)).getSize("width");
    // Settings are written a moment after the last of several changes.
    await first.browser.pause(2_000);
    await first.app.quit();

    const second = new Window(await launch({ home, args }));
    await second.see(pane);
    await expect.poll(async () => (await second.see(pane)).getSize("width")).toBe(wider);
  } finally {
    home.remove();
  }
});
