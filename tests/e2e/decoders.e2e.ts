// Payloads that are packed, marked up, binary or broken: each is shown as what it is, and as its bytes.
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { Window } from "./support/window";

const PAYLOAD = '[data-testid="payload"]';

async function choose(window: Window, item: string): Promise<void> {
  await window.press("More formats");
  await (
    await window.browser.$(`//*[@role="menuitem" or @role="menuitemcheckbox"][contains(., "${item}")]`)
  ).click();
}

test("what is inside of a payload is shown, and its bytes are one click away", async () => {
  const broker = await startMosquitto();
  const packed = gzipSync('{"level": 7, "list": [1, 2, 3]}');
  await publish(broker.port, "plant/packed", packed, "-r");
  await publish(broker.port, "plant/markup", "<press id='1'><force>61.4</force></press>", "-r");
  await publish(broker.port, "plant/cut", packed.subarray(0, -12), "-r");
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="40" onload="document.title=1">' +
    '<script>document.title = "run"</script><rect width="80" height="40" fill="teal"/></svg>';
  await publish(broker.port, "plant/picture", svg, "-r");
  // The beginning of a picture and no more.
  await publish(broker.port, "plant/torn", Buffer.from("ffd8ffe000104a46494600010100", "hex"), "-r");
  // A metric that ends before its eleven bytes.
  await publish(broker.port, "spBv1.0/g/DDATA/n/d", Buffer.from("0801120b", "hex"), "-r");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));

  await window.open("plant/packed");
  await window.reads(PAYLOAD, '"level": 7');
  await window.reads("main", "gzip → JSON");
  await window.app.screenshot("decoders-packed");
  await window.press("Hex");
  await window.reads(PAYLOAD, "1f 8b 08");

  await window.open("plant/cut");
  await window.reads("main", "the bytes end before the value does");
  await window.press("Show raw bytes");
  await window.reads(PAYLOAD, "1f 8b 08");

  await window.open("plant/markup");
  await window.reads(PAYLOAD, "<force>61.4</force>");

  await window.open("plant/picture");
  const width = await (await window.see(`${PAYLOAD} img`)).getProperty("naturalWidth");
  expect(width).toBe(80);
  expect(await window.browser.getTitle()).not.toMatch(/^(1|run)$/);

  await window.open("spBv1.0/g/DDATA/n/d");
  await window.reads("main", "Not readable as Sparkplug from byte 4 on");
  await window.reads(PAYLOAD, "08 01 12 0b");
  await window.app.screenshot("decoders-broken");

  await window.open("plant/torn");
  await window.reads("main", "Not readable as a picture");
  await window.reads(PAYLOAD, "ff d8 ff e0");
});

test("a choice for a topic is remembered", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/press", Buffer.from("0a03502d311807", "hex"), "-r");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.open("plant/press");
  await choose(window, "Protobuf");
  await window.reads(PAYLOAD, '"1": len "P-1"');
  await choose(window, "Always show topics like this as Protobuf");
  await window.reads("[role=dialog]", "How payloads are read");
  await window.app.screenshot("decoders-dialog");
  await window.press("Save");
  await window.gone("[role=dialog]");
  await window.reads("main", "Chosen: Protobuf");
  await window.reads(PAYLOAD, '"3": varint 7');
  await window.reads('[data-topic="plant/press"]', '{"1":"P-1","3":7}');
  await window.app.screenshot("decoders-tree");
});

test("a retained message that the history has lost is asked for again", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/state", "idle", "-r");
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.open("plant/state");
  await window.reads(PAYLOAD, "idle");
  const { connections } = await window.call("connections", { revision: 0 });
  const id = connections[0]?.id ?? "";
  await window.call("storage_forget", { id, what: { kind: "topic", topic: "plant/state" } });
  await window.reads(PAYLOAD, "No message of this topic is in the history");
  await window.app.screenshot("decoders-lost");
  await window.press("Ask the broker again");
  await window.reads(PAYLOAD, "idle");
});
