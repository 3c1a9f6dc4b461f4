// The life of a session in the window: a further filter, a broker that restarts, and what may have been missed.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { Window } from "./support/window";

const form = 'input[aria-label="Topic filter"]';
const subscriptions = 'section[aria-label="Subscriptions"]';
const timeline = 'section[aria-label="Timeline"]';

test("a person subscribes to a further filter, and it is subscribed to again after the broker restarted", async () => {
  const broker = await startMosquitto("max_qos 1");
  await publish(broker.port, "plant/state", "idle", "-r");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.row("plant");
  await window.tab("Session");
  await window.reads('section[aria-label="What the broker allows"]', "higher QoS than 1");
  await window.type(form, "plant/#/x");
  await window.reads(subscriptions, "#");
  await window.see('section[aria-label="Subscriptions"] form .danger');
  await window.type(form, "plant/+");
  await window.press("Subscribe");
  await window.see('button[aria-label="Unsubscribe from plant/+"]');
  await window.reads(timeline, "Subscribed to plant/+");
  await window.press("Keep for next time");
  await window.gone('//button[contains(., "Keep for next time")]');
  await window.app.screenshot("session-subscribed");

  await broker.stop("SIGKILL");
  await window.reads(timeline, "Connection lost");
  await window.tab("Explore");
  await window.reads("main", "Connection lost.");
  await broker.start();
  await window.reads("main", "may have been missed");
  await window.app.screenshot("session-missed");
  await window.press("Show the timeline");
  await window.reads(timeline, "Messages may have been missed");
  await window.reads(timeline, "3 subscriptions accepted");
  await window.app.screenshot("session-timeline");
  await window.browser.execute(() => (document.documentElement.dataset.theme = "dark"));
  await window.browser.pause(400);
  await window.app.screenshot("session-dark");

  await window.tab("Explore");
  await window.press("Dismiss");
  await window.gone('//button[contains(., "Show the timeline")]');
  // It arrives through the further filter as well, once or more, and the message says by which.
  await publish(broker.port, "plant/state", "running", "-r");
  await window.open("plant/state");
  await window.reads('section[aria-label="Properties"]', "plant/+");
});

test("a smaller window shows the whole session", async () => {
  const broker = await startMosquitto();
  const window = new Window(await launch({ size: "900x600", args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.browser.setWindowSize(900, 600);
  await expect.poll(() => window.size(), { timeout: 20_000 }).toEqual([900, 600]);
  await window.tab("Session");
  await window.reads(timeline, "Connected, new session");
  await window.see('button[aria-label="Unsubscribe from #"]');
  await window.app.screenshot("session-900");
  await window.browser.execute(() => (document.documentElement.dataset.theme = "dark"));
  await window.app.screenshot("session-900-dark");
});
