// A person looks through the history: opens the search with its key, finds a message, and shows it in Explore.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { publish } from "./support/cli";
import { startMosquitto } from "./support/mosquitto";
import { Window } from "./support/window";

const ALT = "\uE00A";
const text = 'input[aria-label="Text in payloads"]';
const filter = 'input[aria-label="Topic filter"]';
const results = '[role="grid"][aria-label="Messages found"]';

test("a message of long ago is found by its text and shown where it belongs", async () => {
  const broker = await startMosquitto();
  const window = new Window(await launch({ args: [`mqtt://127.0.0.1:${broker.port}`] }));
  await window.tab("Explore");
  for (const note of ["the needle <b>is here</b>", "hay", "more hay"])
    await publish(broker.port, "plant/line-1/note", note);
  await publish(broker.port, "plant/line-2/note", "a Needle elsewhere");
  await window.row("plant");

  await window.browser.keys([ALT, "h"]);
  await window.see(text);
  await expect
    .poll(() => window.browser.execute(() => document.activeElement?.getAttribute("aria-label")))
    .toBe("Text in payloads");
  await window.write("needle");
  await window.browser.keys(["Enter"]);
  await window.reads(results, "plant/line-2/note");
  await window.reads(results, "the needle <b>is here</b>");
  await window.reads('section[aria-label="History search"]', "Everything was looked at");
  await window.app.screenshot("search");

  // What was found, and nothing else, can be written into a file.
  await window.press("Export results…");
  await window.reads('[role="dialog"]', "2 messages that the search found.");
  await window.picture("search-export");
  await window.browser.keys(["Escape"]);
  await window.gone('[role="dialog"]');

  await window.type(filter, "plant/line-1/#");
  await window.browser.keys(["Enter"]);
  await window.gone(`//*[@role="row"][contains(., "plant/line-2/note")]`);
  const hit = await window.see(`${results} .vrow`);
  await hit.click();
  await window.reads('aside[aria-label="Message found"]', "the needle");
  await window.app.screenshot("search-message");
  await window.press("Show in Explore");
  await window.reads('[data-testid="payload"]', "the needle <b>is here</b>");
  await window.row("plant/line-1/note");

  // The search is there again, with what it found.
  await window.tab("History");
  await window.reads(results, "the needle");
  await window.press("Regular expression");
  await window.type('input[aria-label="Expression in payloads"]', "hay(");
  await window.browser.keys(["Enter"]);
  await window.reads('section[aria-label="History search"]', "Not a regular expression, at character 4");
  await window.app.screenshot("search-problem");
});
