// What is published without a broker waits, outlives the program, and arrives when the broker is back.
import { expect, test } from "vitest";
import { Home, launch } from "./support/app";
import { publish, subscribe } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { Window } from "./support/window";

const topicField = "#publish-topic, main [aria-label='Topic'], main input.mono, main label input";

test("a message published while the broker is away arrives when it is back", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/state", "idle", "-r");
  const home = new Home();
  try {
    const app = await launch({ args: [`mqtt://127.0.0.1:${broker.port}`], home });
    const window = new Window(app);
    await window.row("plant");
    await window.tab("Publish");
    await window.type(topicField, "plant/cmd");
    await window.type("main textarea", "later");
    await window.press("Text");
    await window.browser.$('//*[@role="radio"][normalize-space(.)="1"]').click();
    await broker.stop("SIGKILL");
    await window.press("Publish later");
    await window.see('[data-state="waiting"]');
    await window.reads("main", "1 waiting");
    await app.screenshot("outbox-waiting");
    // A power cut: nobody says goodbye to what waits.
    await app.kill();

    await broker.start();
    const other = await subscribe(broker.port, "plant/#");
    const again = await launch({ args: [`mqtt://127.0.0.1:${broker.port}`], home });
    const received = await other.find((message) => message.topic === "plant/cmd");
    expect(received.payload.toString()).toBe("later");
    const second = new Window(again);
    await second.tab("Publish");
    await second.see('[data-state="answered"]');
    await again.screenshot("outbox-answered");
  } finally {
    home.remove();
  }
});
