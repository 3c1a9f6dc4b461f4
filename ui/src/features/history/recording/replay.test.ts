import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import type { Commands, ConnectionRow, JobState } from "$lib/ipc/generated";
import { connections } from "$lib/state/connections.svelte";
import { jobs } from "$lib/state/jobs.svelte";
import { jobText, refusalTexts } from "$lib/words";
import { rows as invented } from "../../../../dev/fake";
import { Part } from "./part.svelte";
import ExportDialog from "./ExportDialog.svelte";
import { Replay } from "./replay.svelte";
import ReplayDialog from "./ReplayDialog.svelte";

const called: [string, never][] = [];
let surveyed: JobState;

vi.mock("$lib/ipc/call", () => ({
  CommandError: class extends Error {},
  call: (command: keyof Commands, args: never) => {
    called.push([command, args]);
    if (command === "replay_survey") return Promise.resolve(1);
    if (command === "replay_start") return Promise.resolve(2);
    if (command === "job_frame") return Promise.resolve({ revision: 1, state: surveyed });
    if (command === "topic_check" || command === "job_order") return Promise.resolve(null);
    return new Promise(() => {});
  },
}));

const of = (command: keyof Commands) => called.filter(([name]) => name === command).map(([, args]) => args);

beforeEach(() => {
  called.length = 0;
  for (const job of jobs.list) jobs.dismiss(job);
  connections.rows = invented.map((row): ConnectionRow => row);
  surveyed = {
    kind: "surveyed",
    survey: {
      messages: 1_204,
      topics: 12,
      retained: 3,
      ofBroker: 4,
      bytes: 1,
      first: 5_000_000,
      last: 9_000_000,
      share: 1,
    },
  };
});

async function dialog(): Promise<HTMLButtonElement> {
  render(ReplayDialog, { id: "plant", filter: "a/#", onclose: () => {} });
  await screen.findByText(/1,204 messages on 12 topics\./);
  return screen.getByRole("button", { name: "Send again" });
}

test("it names what goes where, and sends what was counted", async () => {
  const send = await dialog();
  expect(send.disabled).toBe(true);
  const target = screen.getByRole("combobox", { name: "To this connection" });
  // Only what is connected can be sent to.
  expect([...target.querySelectorAll("option")]).toHaveLength(2);
  await fireEvent.change(target, { target: { value: target.querySelectorAll("option")[1]?.value } });
  expect(screen.getByText(/1,204 messages on 12 topics go to Plant 7 dev, with replay\//)).toBeTruthy();
  expect(send.disabled).toBe(false);
  send.click();
  await vi.waitFor(() => expect(jobs.list).toHaveLength(1));
  expect(of("replay_start")).toEqual([
    {
      id: "plant",
      source: {
        kind: "history",
        id: "plant",
        selection: { filter: "a/#", from: 5_000_000, to: 9_000_000, search: null },
      },
      options: { speed: 1, prefix: "replay/", qos: true, retain: false },
      confirmed: { sameTopics: false, retained: false },
    },
  ]);
});

test("without a prefix to the same broker, and with retain, it has to be confirmed", async () => {
  const send = await dialog();
  const target = screen.getByRole("combobox", { name: "To this connection" });
  await fireEvent.change(target, { target: { value: target.querySelectorAll("option")[1]?.value } });
  await fireEvent.input(screen.getByRole("textbox", { name: "In front of each topic" }), {
    target: { value: "" },
  });
  expect(send.disabled).toBe(true);
  // The broker's own topics do not go.
  expect(screen.getByRole("alertdialog", { name: "Send 1,200 messages again?" })).toBeTruthy();
  await fireEvent.click(screen.getByRole("checkbox", { name: /topics they may have come from/ }));
  expect(send.disabled).toBe(false);
  await fireEvent.click(screen.getByRole("checkbox", { name: /Retain flag as recorded/ }));
  expect(send.disabled).toBe(true);
  await fireEvent.click(screen.getByRole("checkbox", { name: /3 retained messages of the broker/ }));
  expect(send.disabled).toBe(false);
});

test("this computer is one place under each of its names", () => {
  const [one, other] = invented as [ConnectionRow, ConnectionRow];
  const loops = (from: string, to: string) => {
    const replay = new Replay(one.id, "");
    replay.prefix = "";
    replay.target = other.id;
    return replay.mayLoop([
      { ...one, recording: null, address: from },
      { ...other, address: to },
    ]);
  };
  for (const name of ["127.0.0.1", "127.0.1.1", "[::1]", "LOCALHOST"])
    expect(loops("mqtt://localhost:1883", `mqtt://${name}:1883`), name).toBe(true);
  // The backend asks whatever is spoken there, and so does the dialog.
  expect(loops("mqtts://plant:443", "wss://plant:443/mqtt")).toBe(true);
  expect(loops("mqtt://localhost:1883", "mqtt://127.0.0.1:1884")).toBe(false);
  expect(loops("mqtt://localhost:1883", "mqtt://localhost.example:1883")).toBe(false);
});

test("a part is a filter and a time", () => {
  const part = new Part("a/+");
  const now = 1_700_000_000_000;
  expect(part.selection(now)).toEqual({ filter: "a/+", from: null, to: null, search: null });
  part.span = "hour";
  expect(part.selection(now).from).toBe((now - 3_600_000) * 1000);
  part.span = "own";
  expect(part.selection(now)).toMatchObject({ from: null, to: null });
  part.from = "2026-03-12 14:32";
  part.to = "2026-03-12";
  // The day that is named as the end belongs to it as a whole.
  expect(part.selection(now)).toMatchObject({
    from: new Date(2026, 2, 12, 14, 32).getTime() * 1000,
    to: new Date(2026, 2, 13).getTime() * 1000 - 1,
  });
});

test("an end that is no time, or a range the wrong way round, is said and keeps from exporting", async () => {
  render(ExportDialog, { id: "plant", filter: "", onclose: () => {} });
  const choose = screen.getByRole<HTMLButtonElement>("button", { name: "Choose file…" });
  const span = screen.getByRole("combobox", { name: "Time" });
  await fireEvent.change(span, { target: { value: span.querySelectorAll("option")[4]?.value } });
  const [from, to] = ["From", "To"].map((name) => screen.getByRole<HTMLInputElement>("textbox", { name }));
  if (!from || !to) throw new Error("no fields");
  // An empty end is open, and says so.
  expect([from.placeholder, to.placeholder]).toEqual(["The first message", "The last message"]);
  expect(choose.disabled).toBe(false);
  await fireEvent.input(from, { target: { value: "soon" } });
  expect(screen.getByRole("alert").textContent).toBe("Not a time such as 2026-03-10 14:30");
  expect(from.getAttribute("aria-invalid")).toBe("true");
  expect(choose.disabled).toBe(true);
  await fireEvent.input(from, { target: { value: "2026-03-12 14:32" } });
  expect(choose.disabled).toBe(false);
  await fireEvent.input(to, { target: { value: "2026-03-11" } });
  expect(screen.getByRole("alert").textContent).toBe("The end is before the beginning");
  expect(choose.disabled).toBe(true);
});

test("what was counted is not sent once the fields say something else", async () => {
  const send = await dialog();
  const target = screen.getByRole("combobox", { name: "To this connection" });
  await fireEvent.change(target, { target: { value: target.querySelectorAll("option")[1]?.value } });
  const span = screen.getByRole("combobox", { name: "Time" });
  await fireEvent.change(span, { target: { value: span.querySelectorAll("option")[4]?.value } });
  await vi.waitFor(() => expect(send.disabled).toBe(false));
  await fireEvent.input(screen.getByRole("textbox", { name: "To" }), { target: { value: "soon" } });
  expect(send.disabled).toBe(true);
  expect(screen.queryByText(/1,204 messages on 12 topics\./)).toBeNull();
});

test("what did not arrive is said, reason by reason", () => {
  const replay = {
    sent: 10,
    taken: 5,
    refused: { 135: 2 },
    unknown: 1,
    notSent: [{ why: "tooLarge" as const, count: 2 }],
    behindMillis: 0,
    nextMillis: 65_000,
    waits: false,
    share: 0.5,
  };
  expect(refusalTexts(replay)).toEqual([
    expect.stringMatching(/^2 refused: 135, /),
    "1 without an answer: nobody knows whether they arrived",
    "2 not sent: larger than the broker allows",
  ]);
  expect(jobText({ kind: "replaying", replay, paused: false })).toBe(
    "10 messages sent, 5 taken; the next in 1 m 5 s",
  );
  expect(
    jobText({
      kind: "failed",
      error: { kind: "recordingLine", line: 1204, problem: { kind: "value", field: "qos" } },
    }),
  ).toBe("Line 1,204: qos has a value it can’t have. Nothing was taken from the file.");
});
