// Rough use: brokers that die, payloads nobody should send, nonsense in every field.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish, subscribe } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { largeJson } from "./support/plant";
import { run, until } from "./support/program";
import { CONTROL, Window } from "./support/window";

const start = async (port: number) => new Window(await launch({ args: [`mqtt://127.0.0.1:${port}`] }));

test("a broker that is killed is reported, waited for and found again", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/force", "61.4", "-r", "-q", "1");
  const window = await start(broker.port);
  await window.open("plant/force");
  await window.reads('[data-topic="plant/force"]', "61.4");

  await broker.stop("SIGKILL");
  await window.reads("main", "Connection lost. Trying again in");
  const countdown = async () => /Trying again in (\d+) s/.exec(await window.text("main"))?.[1];
  const seen = new Set<string>();
  await until("the countdown to move", async () => {
    const seconds = await countdown();
    if (seconds !== undefined) seen.add(seconds);
    return seen.size > 1 || undefined;
  });
  // What was received stays where it was.
  await window.reads('[data-topic="plant/force"]', "61.4");

  await broker.start();
  await window.reads("footer", "Connected");
  await until(
    "the report to go",
    async () => !(await window.text("main")).includes("Trying again") || undefined,
  );
  await publish(broker.port, "plant/force", "62.5", "-q", "1");
  await window.reads('[data-topic="plant/force"]', "62.5");
});

test("5 MB pasted into a message arrive whole", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/state", "idle", "-r");
  const window = await start(broker.port);
  await window.row("plant");
  await window.tab("Publish");
  const payload = largeJson(5_000_000);
  const received = run("mosquitto_sub", [
    ...["-h", "127.0.0.1", "-p", String(broker.port), "-V", "5", "-t", "plant/recipe", "-C", "1", "-N"],
  ]);
  await window.type("main label input, main input.mono", "plant/recipe");
  await window.paste("main textarea", payload);
  await window.reads("main", "all of it is sent");
  await window.reads("main", "Valid JSON");
  // The window goes on answering: another screen and back.
  await window.tab("Explore");
  await window.row("plant");
  await window.tab("Publish");
  await window.reads("main", "5 MB");
  await window.browser.keys([CONTROL, "Enter"]);
  expect(await received).toBe(payload);
  await window.tab("Explore");
  await window.open("plant/recipe");
  await window.reads("main", "Load all");
});

test("a payload of 5 MB shows its first part and loads the rest when asked", async () => {
  const broker = await startMosquitto();
  const payload = largeJson(5_000_000);
  const last = JSON.parse(payload).at(-1) as { name: string };
  await publish(broker.port, "factory/spectrum", payload, "-r", "-q", "1");
  const window = await start(broker.port);
  await window.open("factory/spectrum");
  await window.reads("main", "Showing the first 64 kB of 5 MB");
  await window.browser.keys(["l"]);
  await until(
    "the rest",
    async () => !(await window.text("main")).includes("Showing the first") || undefined,
  );
  // The end of it is there to be scrolled to and to be found.
  await window.browser.keys([CONTROL, "f"]);
  await window.write(last.name);
  await window.reads("main", "1 of 1");
  await window.reads('[data-testid="payload"]', last.name);
});

test("a payload of 300,000 lines is scrolled to its end", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "factory/log", `${"a line\n".repeat(300_000)}the end\n`, "-r", "-q", "1");
  const window = await start(broker.port);
  await window.open("factory/log");
  await window.reads("main", "Showing the first");
  await window.browser.keys(["l"]);
  // A letter waits for a moment, because it may begin the name of a topic.
  await until("all of it", async () => !(await window.text("main")).includes("Load all") || undefined);
  await window.see('[data-testid="payload"] .rows');
  await window.browser.execute(() => {
    const rows = document.querySelector('[data-testid="payload"] .rows');
    if (rows) rows.scrollTop = rows.scrollHeight;
  });
  await window.reads('[data-testid="payload"]', "the end");
  expect(await window.text("main")).not.toContain("Load all");
});

test("payloads of any kind are drawn as text", async () => {
  const broker = await startMosquitto();
  const markup = `<img src=x onerror="window.hit=1"><script>window.hit=1</script><b>bold</b>`;
  const payloads: [topic: string, payload: Buffer | string, shown: string][] = [
    ["odd/markup", markup, markup],
    ["odd/json-markup", JSON.stringify({ html: markup }), "<script>window.hit=1</script>"],
    ["odd/binary", Buffer.from([0, 1, 2, 0xff, 0xfe, 0x80, 0x41]), "00 01 02 ff fe 80 41"],
    ["odd/latin", Buffer.from("d\xfcse 12\xb0C", "latin1"), "64 fc 73 65"],
    ["odd/bidi", "start \u202egnp.exe\u202c end \u2067עברית\u2069", "start"],
    ["odd/control", "one\u0007two\u001b[31mred", "two"],
    ["odd/<b>topic</b>", "1", "1"],
  ];
  for (const [topic, payload] of payloads) await publish(broker.port, topic, payload, "-r", "-q", "1");
  const window = await start(broker.port);
  for (const [topic, , shown] of payloads.slice(0, -1)) {
    await window.open(topic);
    await window.reads('[data-testid="payload"]', shown);
  }
  await window.see('//*[@role="treeitem"][contains(@aria-label, "<b>topic<")]');
  expect(await window.browser.execute(() => "hit" in window)).toBe(false);
  expect(await window.browser.$$("main :is(script, b, img)").length).toBe(0);
});

test("an address that is none is refused where it was typed, and nothing is saved", async () => {
  const window = new Window(await launch());
  const field = 'input[placeholder^="mqtts://"]';
  for (const nonsense of ["http://broker.example", "mqtt://", "mqtt://host:99999", "one two three"]) {
    await window.type(field, nonsense);
    await window.browser.keys(["Enter"]);
    await window.see('[role="alert"]');
    await window.reads('[role="alert"]', " ");
    const { connections } = await window.call("connections", { revision: 0 });
    expect(connections, nonsense).toEqual([]);
  }
});

test("a form full of nonsense is not saved, and each field says why", async () => {
  const window = new Window(await launch());
  await window.press("New connection");
  await window.field("Host", "no host");
  await window.field("Port", "99999");
  await window.field("Keep alive", "-3");
  await window.type('input[aria-label="Subscription 1, Topic filter"]', "plant/#/oil");
  await window.press("Save");
  await window.reads("main", "Some fields need a change.");
  await expect.poll(() => window.browser.$$("main [aria-invalid=true]").length).toBe(4);
  await window.app.screenshot("rough-form");
  await window.field("Port", "no number");
  await window.reads("main", "Between 1 and 65,535.");
  expect((await window.call("connections", { revision: 0 })).connections).toEqual([]);
});

test("a message that can't be sent says why and is not sent", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/state", "idle", "-r");
  const other = await subscribe(broker.port, "#", "-R");
  const window = await start(broker.port);
  await window.row("plant");
  await window.tab("Publish");
  const topic = "main label input, main input.mono";
  const send = async () => {
    await window.browser.keys([CONTROL, "Enter"]);
    expect(await window.browser.$('//button[normalize-space(.)="Publish Ctrl ↵"]').isEnabled()).toBe(false);
  };
  await window.type("main textarea", "zz 1");
  for (const wrong of ["plant/#", "plant/+/cmd", "+"]) {
    await window.type(topic, wrong);
    await window.see('main [role="alert"]');
    await send();
  }
  await window.type(topic, "plant/cmd");
  await window.press("Hex");
  await window.see("main textarea[aria-invalid=true]");
  await send();
  await window.type("main textarea", "abc");
  await window.see("main textarea[aria-invalid=true]");
  await send();
  await window.press("Base64");
  await window.type("main textarea", "*");
  await window.see("main textarea[aria-invalid=true]");
  await send();
  await window.press("JSON");
  await window.type("main textarea", '{"a":');
  await window.see("main textarea[aria-invalid=true]");
  await send();
  await window.app.screenshot("rough-publish");
  // The first message that can be sent is the first that anybody receives.
  await window.press("Hex");
  await window.type("main textarea", "0a FF");
  await window.reads("main", "2 B");
  await window.browser.keys([CONTROL, "Enter"]);
  const received = await other.find((message) => !message.retain);
  expect([received.topic, received.payload.toString("hex")]).toEqual(["plant/cmd", "0aff"]);
});

test("any text in the tree's filter is only a text", async () => {
  const broker = await startMosquitto();
  await publish(broker.port, "plant/[a](b)", "1", "-r");
  await publish(broker.port, "plant/force", "2", "-r");
  const window = await start(broker.port);
  await window.row("plant");
  await window.type('input[aria-label="Filter topics"]', "[a](b)");
  await window.row("plant/[a](b)");
  for (const nonsense of ["(((", "\\", "%_%", "'; drop table topics", "x".repeat(5_000)]) {
    await window.paste('input[aria-label="Filter topics"]', nonsense);
    await window.reads("main", `No topic contains ${nonsense.slice(0, 20)}`);
  }
  await window.app.screenshot("rough-filter");
  await window.browser.keys(["Escape"]);
  await window.row("plant");
});
