// Payloads of any size: bytes with an inspector, found in all of it, copied as a command.
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish, subscribe } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { run, until } from "./support/program";
import { CONTROL, Window } from "./support/window";

const start = async (port: number) => new Window(await launch({ args: [`mqtt://127.0.0.1:${port}`] }));
const PAYLOAD = '[data-testid="payload"]';

test("bytes are walked with the keyboard, read by the inspector and found far behind", async () => {
  const broker = await startMosquitto();
  const bytes = Buffer.concat([
    Buffer.from("deadbeef", "hex"),
    Buffer.alloc(2_000_000),
    Buffer.from("needle"),
  ]);
  await publish(broker.port, "plant/bytes", bytes, "-r", "-q", "1");
  const window = await start(broker.port);
  await window.open("plant/bytes");
  await window.reads(PAYLOAD, "de ad be ef");
  const { browser } = window;
  await browser.$('[role="region"][aria-label="Bytes"]').click();
  await browser.keys([CONTROL, "Home"]);
  await browser.keys(["ArrowRight"]);
  await window.reads('[aria-label="Inspector"]', "173");
  await browser.keys([CONTROL, "End"]);
  await window.reads(PAYLOAD, "001e8480");
  await browser.keys([CONTROL, "Home"]);
  await browser.keys([CONTROL, "f"]);
  await window.write("NEEDLE");
  await window.reads("main", "1 of 1");
  await window.reads('[aria-label="Inspector"]', "2,000,004");
});

test("ten megabytes on one line are scrolled without a freeze", async () => {
  const broker = await startMosquitto();
  const line = randomBytes(5_000_000).toString("hex");
  await publish(broker.port, "plant/line", `${line}the end`, "-r", "-q", "1");
  const window = await start(broker.port);
  await window.open("plant/line");
  await window.reads("main", "Showing the first 64 kB of 10 MB");
  await window.browser.keys(["l"]);
  // A letter waits for a moment, because it may begin the name of a topic.
  await until("all of it", async () => !(await window.text("main")).includes("Load all") || undefined);
  await window.see(`${PAYLOAD} .rows`);
  await window.browser.execute(() => {
    const rows = document.querySelector('[data-testid="payload"] .rows');
    if (rows) rows.scrollTop = rows.scrollHeight;
  });
  await window.reads(PAYLOAD, "the end");
  // What is drawn is what is in view.
  const drawn = await window.browser.execute(
    () => document.querySelector('[data-testid="payload"]')?.textContent?.length ?? 0,
  );
  expect(drawn).toBeLessThan(1_000_000);
});

test("the command that is copied publishes the message again", async () => {
  const broker = await startMosquitto();
  const payload = `it's "$HOME"\n${"x".repeat(40)}`;
  await publish(broker.port, "plant/it's", payload, "-q", "1", "-r");
  const window = await start(broker.port);
  await window.open("plant/it's");
  const other = await subscribe(broker.port, "plant/it's", "-R");
  await window.browser.$('button[aria-label="Copy"]').click();
  await window.browser.$('//*[@role="menuitem"][contains(., "mosquitto_pub")]').click();
  await window.tells("Copied");
  const filter = 'input[aria-label="Filter topics"]';
  await window.browser.$(filter).click();
  await window.browser.keys([CONTROL, "v"]);
  // A field of one line takes line feeds out, so only its beginning is compared.
  const pasted = await window.browser.$(filter).getValue();
  expect(pasted).toContain(`mosquitto_pub -V mqttv5 -h 127.0.0.1 -p ${broker.port}`);
  expect(pasted).toContain(`-t 'plant/it'\\''s' -q 0 -r`);
  await run("sh", ["-c", pasted], "");
  await other.find((message) => message.payload.toString().startsWith(`it's "$HOME"`));
});
