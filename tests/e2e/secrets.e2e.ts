// A password in the address on the command line: the app connects with it and leaves it nowhere.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Home, launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { run, until } from "./support/program";
import { Window } from "./support/window";

const CANARY = "canary-of-the-command-line";

/** The files below a folder that have a text in them. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

/** The command lines of all programs that have a text in them. */
function commandLinesWith(text: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        // It has ended in this moment.
        return "";
      }
    })
    .filter((line) => line.includes(text));
}

test("a password on the command line is used and left nowhere", async () => {
  const folder = mkdtempSync(join(tmpdir(), "treetop-passwords-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const passwords = join(folder, "passwords");
  await run("mosquitto_passwd", ["-b", "-c", passwords, "ann", CANARY]);
  const broker = await startMosquitto("allow_anonymous false", `password_file ${passwords}`);
  await publish(broker.port, "secret/garden", "roses", "-r", "-u", "ann", "-P", CANARY);
  const home = new Home();
  onTestFinished(() => home.remove());
  const app = await launch({ args: [`mqtt://ann:${CANARY}@127.0.0.1:${broker.port}`], home });
  const window = new Window(app);
  await window.open("secret/garden");
  await window.reads("main", "roses");
  // The program is there, with its address, and without the password.
  expect(commandLinesWith(`ann@127.0.0.1:${broker.port}`)).not.toEqual([]);
  expect(commandLinesWith(CANARY)).toEqual([]);

  await window.tab("Session");
  await window.press("Packets");
  const connect = window.browser.$(
    '//*[@role="row"][contains(., "CONNECT") and not(contains(., "CONNACK"))]',
  );
  await connect.waitForClickable({ timeout: 20_000 });
  await connect.click();
  // The driver takes the cells of a table for hidden, so the page is asked for all its text.
  const text = () => window.browser.execute(() => document.body.textContent ?? "");
  await until("the fields", async () => (await text()).includes("Client Identifier") || undefined);
  expect(await text()).toContain("present, not kept");
  expect(await text()).not.toContain(CANARY);
  await app.screenshot("packets");

  await app.quit();
  expect(app.log).not.toContain(CANARY);
  expect(filesWith(home.path, "secret/garden")).not.toEqual([]);
  expect(filesWith(home.path, CANARY)).toEqual([]);
});
