// The main job from end to end: connect, look, find, publish, delete a retained message, chart, start again.
import { expect, test } from "vitest";
import { Home, launch } from "./support/app";
import { publish, subscribe } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { until } from "./support/program";
import { Window } from "./support/window";

test("a person connects by address, opens a branch and sees a value change", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/press/oil_temp", "61.4", "-r");
  const window = new Window(await launch());
  await window.type('input[placeholder^="mqtts://"]', `mqtt://127.0.0.1:${broker.port}`);
  await window.press("Connect");
  await window.open("plant/press/oil_temp");
  await window.reads('[data-topic="plant/press/oil_temp"]', "61.4");
  await publish(broker.port, "plant/press/oil_temp", "62.5", "-r");
  await window.reads('[data-topic="plant/press/oil_temp"]', "62.5");
  await window.app.screenshot("main-explore");
});

test("a filter leaves what it names", async () => {
  const broker = await startMosquitto();
  for (const topic of ["plant/press/oil", "plant/press/force", "office/lamp"]) {
    await publish(broker.port, topic, "1", "-r");
  }
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.row("plant");
  await window.browser.keys(["/"]);
  await window.browser.keys([..."oil"]);
  await window.row("plant/press/oil");
  await window.gone('[role="treeitem"][data-topic="office"]');
  await window.browser.keys(["Escape"]);
  await window.row("office");
});

test("what is published arrives at another client and in the tree", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/state", "idle", "-r");
  const other = await subscribe(broker.port, "plant/#");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.row("plant");
  await window.tab("Publish");
  await window.type(
    "#publish-topic, main [aria-label='Topic'], main input.mono, main label input",
    "plant/cmd",
  );
  await window.type("main textarea", "go");
  await window.press("Text");
  await window.browser.keys(["\uE009", "Enter"]);
  const received = await other.find((message) => message.topic === "plant/cmd");
  expect(received.payload.toString()).toBe("go");
  await window.tab("Explore");
  await window.open("plant/cmd");
});

test("a retained message is deleted and another client sees that it is gone", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "line/cmd", "start", "-r", "-q", "1");
  await publish(broker.port, "line/state", "on", "-r", "-q", "1");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.row("line");
  await window.tab("Retained");
  const row = window.browser.$('//*[@role="row"][contains(., "line/cmd")]');
  await row.waitForDisplayed({ timeout: 20_000 });
  await row.click();
  await window.browser.keys(["Delete"]);
  await window.see('[role="alertdialog"]');
  await window.app.screenshot("retained-delete");
  const confirm = window.browser.$('//*[@role="alertdialog"]//button[contains(., "Delete")]');
  await confirm.click();
  await until("the row to go", async () => !(await row.isExisting()) || undefined);
  const fresh = await subscribe(broker.port, "line/#");
  await fresh.find((message) => message.topic === "line/state");
  expect(fresh.messages.map((message) => message.topic)).toEqual(["line/state"]);
});

test("a number is charted and history is there after a restart without the broker", async () => {
  const broker = await startMosquitto();
  for (const value of [1, 2, 3])
    await publish(broker.port, "plant/force", `{"kn":${value}}`, "-r", "-q", "1");
  const home = new Home();
  try {
    const first = await launch({ args: [`mqtt://127.0.0.1:${broker.port}`], home });
    const window = new Window(first);
    await window.open("plant/force");
    await window.reads("main", '"kn"');
    await window.browser.keys(["\uE009", "d"]);
    await window.tab("Charts");
    await window.see('[role="img"][aria-label*="plant/force"]');
    await first.screenshot("charts");
    await first.quit();

    await broker.stop();
    const second = await launch({ home });
    const again = new Window(second);
    const saved = again.browser.$('//*[@role="option"][contains(., "127.0.0.1")]');
    await saved.waitForDisplayed({ timeout: 20_000 });
    await saved.click();
    await again.press("Browse offline");
    await again.open("plant/force");
    await again.reads("main", '"kn"');
    await second.screenshot("offline");
  } finally {
    home.remove();
  }
});
