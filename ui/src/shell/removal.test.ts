import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "$lib/ipc/call";
import type { ApiError, Commands, JobState, RetainedChange } from "$lib/ipc/generated";
import { jobs } from "$lib/state/jobs.svelte";
import { notices } from "$lib/state/notices.svelte";
import JobBar from "./JobBar.svelte";
import DeleteDialog from "$features/retained/DeleteDialog.svelte";
import Outcome from "$features/retained/Outcome.svelte";
import { Retained } from "$features/retained/retained.svelte";

const called: [string, unknown][] = [];
/** Where each job stands, by number. */
let states: JobState[];
let held: string[];
/** Why nothing is deleted. */
let refused: ApiError | null;
let changed: () => void;

vi.mock("$lib/ipc/call", async () => ({
  ...(await vi.importActual<object>("$lib/ipc/call")),
  call: (command: keyof Commands, args: { job?: number; revision?: number }) => {
    called.push([command, args]);
    switch (command) {
      case "retained_delete":
        return refused ? Promise.reject(new CommandError(command, refused)) : Promise.resolve(0);
      case "retained_undo":
        return Promise.resolve(1);
      case "retained_topics":
        return Promise.resolve(held);
      case "retained_deletions":
        return Promise.resolve([]);
      case "job_frame": {
        const frame = () => ({ revision: 1, state: states[args.job ?? 0] });
        if (args.revision === 0) return Promise.resolve(frame());
        return new Promise((resolve) => (changed = () => resolve(frame())));
      }
      case "job_order":
        return Promise.resolve(null);
      default:
        return new Promise(() => {});
    }
  },
}));

const of = (command: keyof Commands) => called.filter(([name]) => name === command).map(([, args]) => args);
const change = (more: Partial<RetainedChange>): RetainedChange => ({
  deletion: 7,
  done: 2,
  failed: [],
  left: 0,
  verified: true,
  broken: null,
  ...more,
});
const restored: JobState = { kind: "restored", id: "plant", change: change({}) };

beforeEach(() => {
  called.length = 0;
  refused = null;
  for (const job of jobs.list) jobs.dismiss(job);
  notices.clear();
});

function asked(topics: string[]): Retained {
  const retained = new Retained("plant");
  retained.start();
  retained.selection = { topics: new Set(topics), anchor: null };
  retained.ask();
  render(DeleteDialog, { retained });
  render(Outcome, { retained });
  render(JobBar, { onopen: () => {} });
  return retained;
}

test("what is deleted in a moment is told in its place, without a line of its own", async () => {
  states = [{ kind: "deleted", id: "plant", change: change({}) }, restored];
  const retained = asked(["a", "b"]);
  retained.current = "a";
  await fireEvent.click(screen.getByRole("button", { name: "Delete 2" }));
  await vi.waitFor(() => expect(retained.question).toBeNull());
  expect(of("retained_delete")).toEqual([{ id: "plant", topics: ["a", "b"] }]);
  expect(jobs.list).toHaveLength(0);
  expect([retained.selection.topics.size, retained.current]).toEqual([0, null]);
  // The list is not read for what is known to be gone.
  expect(of("retained_topics")).toHaveLength(0);
  expect(retained.undoable?.deletion).toBe(7);
  retained.undoLast();
  await screen.findByText("Published 2 retained messages again.");
});

test("what takes longer has a line that is stopped and taken back, and the rest stays selected", async () => {
  const going = { of: 100_000, done: 12_500, failed: 0, waits: false };
  states = [{ kind: "deleting", going }, restored];
  const retained = asked(["a", "b", "c"]);
  await fireEvent.click(screen.getByRole("button", { name: "Delete 3" }));
  // The question gives way to the line.
  await screen.findByText("12,500 of 100,000 deleted", {}, { timeout: 10_000 });
  await vi.waitFor(() => expect([retained.question, retained.busy]).toEqual([null, false]));
  expect(screen.getByRole<HTMLProgressElement>("progressbar").value).toBe(0.125);
  states[0] = { kind: "deleting", going: { ...going, failed: 3, waits: true } };
  changed();
  await screen.findByText("Waits for the connection. 12,500 of 100,000 deleted, 3 failed");
  await fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(of("job_order")).toEqual([{ job: 0, order: "stop" }]);
  held = ["c", "other"];
  const reason = { code: 135, name: "Not authorized", reasonString: null };
  const failed: RetainedChange["failed"] = [
    { why: { kind: "refused", reason: reason as never }, count: 3, topics: ["x"] },
  ];
  const part = change({ done: 12_500, left: 87_497, failed, verified: false });
  states[0] = { kind: "deleted", id: "plant", change: part };
  changed();
  await screen.findByText("Deleted 12,500 retained messages. Stopped: 87,497 were left alone.");
  expect(
    screen.getByText("3 messages were not deleted: The broker refused: 135 Not authorized"),
  ).toBeTruthy();
  await vi.waitFor(() => expect([...retained.selection.topics]).toEqual(["c"]));
  await fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  expect(of("retained_undo")).toEqual([{ id: "plant", deletion: 7 }]);
  await vi.waitFor(() => expect(notices.current?.text).toBe("Published 2 retained messages again."));
  expect(jobs.list).toHaveLength(0);
});

test("each reason is told once with some of its topics", async () => {
  const failed: RetainedChange["failed"] = [
    { why: { kind: "stillThere" }, count: 110, topics: ["no/1", "no/2"] },
    { why: { kind: "notSent" }, count: 1, topics: ["gone"] },
  ];
  states = [{ kind: "deleted", id: "plant", change: change({ done: 0, failed }) }];
  held = [];
  const retained = asked(["a"]);
  await fireEvent.click(screen.getByRole("button", { name: "Delete 1" }));
  await screen.findByText("111 messages were not deleted");
  const items = screen.getAllByRole("listitem").map((item) => item.textContent.replace(/\s+/g, " ").trim());
  expect(items.slice(1)).toEqual([
    "no/1 Confirmed, but the broker still delivers it",
    "no/2 Confirmed, but the broker still delivers it",
    "and 108 more Confirmed, but the broker still delivers it",
    expect.stringMatching(/^gone Not sent/),
  ]);
  expect(retained.undoable).toBeNull();
});

test("a deletion that can’t begin says why and leaves the selection", async () => {
  refused = { kind: "notConnected" };
  const retained = asked(["a"]);
  await fireEvent.click(screen.getByRole("button", { name: "Delete 1" }));
  await vi.waitFor(() => expect(retained.question).toBeNull());
  expect(retained.error).toMatchObject({ reason: refused });
  expect(retained.selection.topics.size).toBe(1);
});
