// The log of all messages in the window, and messages sent again under another topic after a confirmation.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { Window } from "./support/window";

const grid = '[role="grid"][aria-label="All messages"]';
const filter = 'input[aria-label="Topic filter"]';
const jobs = '[aria-label="Work in the background"]';

test("a person follows all messages, narrows them, and sends some again", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/press/force", "611.9", "-q", "1");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.tab("History");
  await window.browser.$('//*[@role="radio"][normalize-space(.)="Stream"]').click();
  await publish(broker.port, "plant/press/force", "612.4", "-q", "1");
  await publish(broker.port, "plant/press/state", "pressing", "-q", "1");
  await window.reads(grid, "612.4");
  await window.type(filter, "plant/+/state");
  await window.reads(grid, "pressing");
  await expect.poll(() => window.text(grid), { timeout: 20_000 }).not.toContain("612.4");
  await window.app.screenshot("stream");

  // Paused it stands still, and says what it does not show.
  await window.press("Pause");
  await publish(broker.port, "plant/press/state", "open", "-q", "1");
  await window.reads('section[aria-label="All messages"]', "came since");
  await window.press("Resume");
  await window.reads(grid, "open");

  await window.press("Recordings");
  await window.browser.$('//*[@role="menuitem"][contains(., "Send messages again")]').click();
  await window.reads("[role=alertdialog]", "2 messages on 1 topic.");
  const target = window.browser.$('//label[starts-with(normalize-space(.), "To this connection")]');
  const id = await target.getAttribute("for");
  await window.browser.$(`[id="${id}"]`).selectByIndex(1);
  await window.reads("[role=alertdialog]", "with replay/ in front of each topic");
  await window.app.screenshot("stream-replay");
  await window.press("Send again");
  await window.reads(jobs, "Done. 2 messages sent, 2 taken");
  await window.type(filter, "replay/#");
  await window.reads(grid, "replay/plant/press/state");
  await window.app.screenshot("stream-replayed");
});
