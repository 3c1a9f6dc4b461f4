import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "$lib/i18n";
import type { Commands, RenderedPayload, TopicFrame, TreeFrame } from "$lib/ipc/generated";
import { connection } from "$lib/state/connection.svelte";
import { notices } from "$lib/state/notices.svelte";
import { status } from "../../../dev/fake";
import { answers } from "../../../dev/messages";
import { Explore } from "./explore.svelte";
import { PayloadFind } from "./find.svelte";
import FindBar from "./FindBar.svelte";
import PayloadView from "./PayloadView.svelte";
import { TopicView } from "./view.svelte";

type Rows = Commands["payload_rows"]["args"];
type Look = Commands["message_payload"]["args"]["look"];

let calls: { command: string; args: unknown }[] = [];
/** Answers what a message holds, by how it is looked at. */
let answer: (look: Look) => Promise<RenderedPayload>;

// jsdom lays nothing out: every element is as high as a pane.
beforeEach(() => {
  i18n.choice = "en";
  calls = [];
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  const messages = answers("plain") as Record<string, (args: unknown) => unknown>;
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: async (command: keyof Commands, args: unknown) => {
        calls.push({ command, args });
        if (command === "retained_again") return { kind: "nothing" };
        if (command === "message_payload") return answer((args as { look: Look }).look);
        return messages[command]?.(args);
      },
    },
  });
});

const payload = (more: Partial<RenderedPayload> = {}): RenderedPayload => ({
  message: 1,
  format: "json",
  layers: [],
  detected: "json",
  detectedLayers: [],
  rule: null,
  lines: [],
  shownBytes: 3,
  totalBytes: 3,
  complete: true,
  problem: null,
  image: null,
  ...more,
});

function open(shown: RenderedPayload | null) {
  const explore = new Explore("c", {
    publish: vi.fn(),
    openCharts: vi.fn(),
    exportMessages: vi.fn(),
    shortcut: () => undefined,
  });
  const view = new TopicView("c", "plant/press", true);
  view.payload = shown;
  render(PayloadView, { explore, view, leaf: true });
  return { explore, view };
}

test("what does not unpack is shown as bytes, with what is wrong and where", () => {
  open(
    payload({
      format: "hex",
      problem: { decoder: "gzip", offset: 10, unpacked: false, kind: "badCompression" },
    }),
  );
  expect(screen.getByRole("alert").textContent).toContain(
    "Not readable as gzip from byte 10 on: does not unpack",
  );
  // They are the raw bytes already.
  expect(screen.queryByRole("button", { name: "Show raw bytes" })).toBeNull();
});

test("bytes that were unpacked in part lead to the raw ones", () => {
  open(
    payload({
      format: "hex",
      layers: ["gzip"],
      problem: { decoder: "gzip", offset: 99, unpacked: true, kind: "badCompression" },
    }),
  );
  expect(screen.getByRole("button", { name: "Show raw bytes" })).toBeTruthy();
});

test("a search that did not reach the end says how far it looked", async () => {
  const find = new PayloadFind("c");
  find.text = "needle";
  find.found = { kind: "found", count: 0, more: false, searched: null, place: null };
  render(FindBar, { find, onclose: vi.fn() });
  expect(screen.getByRole("status").textContent).toBe("No match");
  find.found = { kind: "found", count: 0, more: true, searched: 20_000_000, place: null };
  await tick();
  expect(screen.getByRole("status").textContent).toBe("No match in the first 20,000,000 lines");
});

test("rows are read only in the format that the payload came in, never in one that is still to come", async () => {
  const { view } = open(payload({ complete: false }));
  const formats = () =>
    calls.flatMap(({ command, args }) =>
      command === "payload_rows" ? [(args as Rows).window.shape.format] : [],
    );
  let come: () => void = () => {};
  answer = async ({ format }) => {
    await new Promise<void>((resolve) => (come = resolve));
    return payload({ format: format ?? "json", complete: false });
  };
  view.choose(1);
  await vi.waitFor(() => expect(calls.some(({ command }) => command === "message_payload")).toBe(true));
  come();
  view.loadWhole();
  await vi.waitFor(() => expect(view.rows.seen).not.toBeNull());
  const before = formats().length;

  view.show("hex");
  await tick();
  expect(view.rows.seen).not.toBeNull();
  come();
  expect(await screen.findByRole("region", { name: "Bytes" })).toBeTruthy();
  view.show(null);
  await tick();
  expect(screen.getByRole("region", { name: "Bytes" })).toBeTruthy();
  come();
  expect(await screen.findByRole("region", { name: "Payload" })).toBeTruthy();
  await vi.waitFor(() => expect(formats().length).toBeGreaterThan(before));
  expect(new Set(formats())).toEqual(new Set([null]));
});

test("a message that came just now and is not in the history yet is being stored", async () => {
  const { explore, view } = open(null);
  const rows = [{ topic: view.topic, hasChildren: false, activity: "now" }];
  explore.tree.frame = { rows } as unknown as TreeFrame;
  explore.tree.selected = view.topic;
  view.frame = { messages: 1, count: 0, message: null } as TopicFrame;
  connection.status = { ...status, history: { kind: "well" }, dropped: [] };
  const [storing, none] = [/being stored/, "No message of this topic is in the history"];
  expect(await screen.findByText(storing)).toBeTruthy();

  connection.status = { ...connection.status, dropped: [{ cause: "history", count: 1 }] };
  expect(await screen.findByText(none)).toBeTruthy();
  connection.status = { ...connection.status, dropped: [], history: { kind: "diskFull" } };
  await tick();
  expect(screen.queryByText(storing)).toBeNull();
  // What came long ago is not on its way any more: it was forgotten.
  connection.status = { ...connection.status, history: { kind: "well" } };
  expect(await screen.findByText(storing)).toBeTruthy();
  explore.tree.frame = { rows: [{ ...rows[0], activity: "quiet" }] } as unknown as TreeFrame;
  expect(await screen.findByText(none)).toBeTruthy();
});

test("a retained message that the history has lost can be asked for, while there is a connection", async () => {
  const { view } = open(null);
  connection.status = { ...status, phase: { kind: "offline" } };
  view.frame = { messages: 1, count: 0, message: null, retained: true } as TopicFrame;
  const ask = await screen.findByRole<HTMLButtonElement>("button", { name: "Ask the broker again" });
  expect(ask.disabled).toBe(true);
  expect(screen.getByText(/Connect to ask for it/)).toBeTruthy();

  connection.status = { ...status, phase: { kind: "connected", since: 0, sessionPresent: false } };
  await tick();
  expect(ask.disabled).toBe(false);
  await fireEvent.click(ask);
  expect(calls).toContainEqual({ command: "retained_again", args: { id: "c", topic: "plant/press" } });
  await vi.waitFor(() => expect(notices.current?.text).toMatch(/sent nothing/));
});

test("of what is not retained the next one is waited for", async () => {
  const { view } = open(null);
  view.frame = { messages: 1, count: 0, message: null, retained: false } as TopicFrame;
  expect(await screen.findByText(/next one is shown here/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Ask the broker again" })).toBeNull();
});
