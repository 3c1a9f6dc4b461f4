// What is published without a broker waits where a person sees it, outlives the program, and arrives.
import { expect, test } from "vitest";
import { Home, launch } from "./support/app";
import { publish, subscribe } from "./support/cli";
import { startMosquitto, type Mosquitto } from "./support/mosquitto";
import { Window } from "./support/window";

/** Connects, lets the broker die, and publishes to plant/cmd. */
async function publishOffline(broker: Mosquitto, home: Home): Promise<Window> {
  await publish(broker.port, "plant/state", "idle", "-r");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`], home }));
  await window.row("plant");
  await window.tab("Publish");
  await window.type(
    "#publish-topic, main [aria-label='Topic'], main input.mono, main label input",
    "plant/cmd",
  );
  await window.type("main textarea", "later");
  await window.press("Text");
  await window.browser.$('//*[@role="radio"][normalize-space(.)="1"]').click();
  // A retained message reaches whoever subscribes later, too.
  await window.browser.$('//*[@role="switch"][@aria-label="Retain"]').click();
  await broker.stop("SIGKILL");
  await window.press("Publish later");
  await window.see('[data-state="waiting"]');
  await window.reads("main", "1 waiting");
  return window;
}

test("a message published while the broker is away arrives when it is back", async () => {
  const broker = await startMosquitto();
  const home = new Home();
  try {
    const window = await publishOffline(broker, home);
    await window.app.screenshot("outbox-waiting");
    await broker.start();
    const other = await subscribe(broker.port, "plant/#", "-q", "1");
    await window.see('[data-state="answered"]');
    await window.gone('[data-state="waiting"]');
    await window.app.screenshot("outbox-answered");
    const received = await other.find((message) => message.topic === "plant/cmd");
    expect(received.payload.toString()).toBe("later");
  } finally {
    home.remove();
  }
});

test("a message that waits outlives the death of the program", async () => {
  const broker = await startMosquitto();
  const home = new Home();
  try {
    const window = await publishOffline(broker, home);
    await window.app.kill();
    await broker.start();
    const other = await subscribe(broker.port, "plant/#", "-q", "1");
    const again = new Window(await launch({ home }));
    const saved = again.browser.$('//*[@role="option"][contains(., "127.0.0.1")]');
    await saved.waitForDisplayed({ timeout: 20_000 });
    await saved.click();
    await again.press("Connect");
    const received = await other.find((message) => message.topic === "plant/cmd");
    expect(received.payload.toString()).toBe("later");
    await again.tab("Publish");
    await again.see('[data-state="answered"]');
  } finally {
    home.remove();
  }
});
