import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import type {
  Commands,
  Forget,
  Retention,
  StorageFrame,
  StorageLook,
  StorageRow,
  StorageUsage,
} from "$lib/ipc/generated";
import { forgetting } from "$lib/state/forgetting.svelte";
import { notices } from "$lib/state/notices.svelte";
import ForgetDialog from "./ForgetDialog.svelte";
import { isOver, keepsLess, Storage } from "./storage.svelte";
import StorageView from "./StorageView.svelte";

const asked: [keyof Commands, { look?: StorageLook; what?: Forget; retention?: Retention }][] = [];
let frame: StorageFrame;
let usage: StorageUsage;
let free = true;

vi.mock("$lib/ipc/call", () => ({
  call: (command: keyof Commands, args: { look?: StorageLook; what?: Forget; retention?: Retention }) => {
    asked.push([command, args]);
    switch (command) {
      case "storage":
        return Promise.resolve(frame);
      case "storage_usage":
        return Promise.resolve(usage);
      case "storage_amount":
        return Promise.resolve({ topics: 3, messages: 1204, bytes: 5000, more: false });
      case "storage_forget":
        return Promise.resolve(free);
      case "retention_save":
        frame = { ...frame, retention: args.retention as Retention };
        return Promise.resolve(null);
      default:
        return Promise.resolve(null);
    }
  },
}));

const row = (topic: string, messages: number, topics: number, isTopic: boolean): StorageRow => ({
  name: topic.split("/").at(-1) ?? "",
  topic,
  amount: { topics, messages, bytes: messages * 10, more: false },
  isTopic,
  newest: 1,
});

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  asked.length = 0;
  free = true;
  notices.clear();
  frame = {
    fileBytes: 3_000_000,
    usedBytes: 2_000_000,
    freeBytes: 1_000_000,
    topics: 4,
    messages: 100,
    payloadBytes: 900,
    oldest: 1,
    newest: 2,
    growth: { bytesPerDay: 7_000_000, overSecs: 3600 },
    counting: null,
    retention: { maxAgeSecs: 30 * 86_400, maxBytes: 2e9, maxPerTopic: 0 },
    readOnly: false,
    clearing: null,
    tidied: { running: false, at: null, removed: null, error: null },
  };
  usage = {
    rows: [row("plant", 75, 3, true), row("lone", 25, 1, true)],
    count: 12,
    all: { topics: 14, messages: 200, bytes: 2000, more: false },
    own: null,
  };
});

const askedFor = (command: keyof Commands) =>
  asked.filter(([name]) => name === command).map(([, args]) => args);

test("shares are of everything, what is cut off included, and only branches open", async () => {
  render(StorageView, { id: "c", onreveal: () => {} });
  await screen.findByText("37.5 %");
  expect(screen.getByText(/and 10 smaller/).textContent).toContain("1 kB");
  expect(screen.queryByRole("button", { name: "Open lone" })).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: "Open plant" }));
  expect(askedFor("storage_usage").at(-1)?.look).toEqual({
    branch: "plant",
    flat: false,
    order: "bytes",
    limit: 200,
  });
});

test("a branch that is a topic too begins with its own messages", async () => {
  usage.own = { topics: 1, messages: 10, bytes: 100, more: false };
  render(StorageView, { id: "c", onreveal: () => {} });
  await screen.findByText("this topic itself");
});

test("Del asks about the branch with its numbers, and only the confirmation forgets", async () => {
  render(StorageView, { id: "c", onreveal: () => {} });
  render(ForgetDialog);
  const grid = await screen.findByRole("grid");
  await fireEvent.keyDown(grid, { key: "Delete" });
  await screen.findByText("3 topics, 1,204 messages with 5 kB of payload");
  expect(askedFor("storage_forget")).toEqual([]);
  await fireEvent.click(screen.getByRole("button", { name: "Forget" }));
  const what = { kind: "branch", topic: "plant" };
  expect(askedFor("storage_forget")).toEqual([{ id: "c", what }]);
  await vi.waitFor(() => expect(forgetting.asked).toBeNull());
});

test("a second one is refused in words", async () => {
  free = false;
  await forgetting.ask("c", { kind: "topic", topic: "a" });
  await forgetting.confirm();
  expect(notices.current?.bad).toBe(true);
  expect(forgetting.asked).toBeNull();
});

test("an answer to an earlier question does not stand under a later one", async () => {
  const first = forgetting.ask("c", { kind: "topic", topic: "a" });
  forgetting.cancel();
  await first;
  expect(forgetting.amount).toBeNull();
});

test("keeping more is saved at once, keeping less asks first", async () => {
  render(StorageView, { id: "c", onreveal: () => {} });
  const days = await screen.findByLabelText("Keep for");
  const apply = () => screen.getByRole<HTMLButtonElement>("button", { name: "Apply" });
  expect(apply().disabled).toBe(true);
  await fireEvent.input(days, { target: { value: "60" } });
  await fireEvent.click(apply());
  await vi.waitFor(() => expect(askedFor("retention_save").at(-1)?.retention?.maxAgeSecs).toBe(60 * 86_400));
  await fireEvent.input(days, { target: { value: "3" } });
  await fireEvent.click(apply());
  await screen.findByText("1,204 messages are older");
  expect(askedFor("retention_save")).toHaveLength(1);
  await fireEvent.click(screen.getByRole("button", { name: "Keep less" }));
  await vi.waitFor(() => expect(askedFor("retention_save")).toHaveLength(2));
});

test("a limit of nothing is no limit, and zero is no number of days", async () => {
  const now = { maxAgeSecs: 10, maxBytes: 0, maxPerTopic: 5 };
  expect(keepsLess(now, { ...now, maxAgeSecs: 0, maxPerTopic: 0 })).toBe(false);
  expect(keepsLess(now, { ...now, maxBytes: 1 })).toBe(true);
  expect(keepsLess(now, { ...now, maxPerTopic: 4 })).toBe(true);
  render(StorageView, { id: "c", onreveal: () => {} });
  await fireEvent.input(await screen.findByLabelText("Keep for"), { target: { value: "0" } });
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Apply" }).disabled).toBe(true);
});

test("progress can be stopped, and a file that can't be written offers nothing to delete", async () => {
  frame.clearing = {
    what: { kind: "topic", topic: "a" },
    of: { topics: 1, messages: 100, bytes: 1, more: false },
    messages: 40,
    topics: 0,
    stage: { kind: "deleting" },
    freedBytes: null,
  };
  frame.readOnly = true;
  expect(isOver(frame)).toBe(false);
  render(StorageView, { id: "c", onreveal: () => {} });
  await screen.findByText("Deleting: 40 of 100 messages");
  await fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(askedFor("storage_stop")).toHaveLength(1);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Delete…" }).disabled).toBe(true);
});

test("giving the space back says how far it is, and can be stopped", async () => {
  frame.clearing = {
    what: { kind: "topic", topic: "a" },
    of: { topics: 1, messages: 100, bytes: 1, more: false },
    messages: 100,
    topics: 1,
    stage: { kind: "givingBack", share: 0.405 },
    freedBytes: null,
  };
  expect(isOver(frame)).toBe(false);
  render(StorageView, { id: "c", onreveal: () => {} });
  await screen.findByText("Giving the space back: 40.5 %");
  await fireEvent.click(screen.getByRole("button", { name: "Stop" }));
  expect(askedFor("storage_stop")).toHaveLength(1);
});

test("what went by itself is told, and why it did not", async () => {
  frame.tidied = {
    running: true,
    at: Date.UTC(2026, 0, 2, 12),
    removed: { at: Date.UTC(2026, 0, 1, 12), messages: 1204, topics: 2, freedBytes: 3_000_000 },
    error: { kind: "history", detail: "disk full" },
  };
  const { rerender } = render(StorageView, { id: "c", onreveal: () => {} });
  const facts = await screen.findByRole("region", { name: "Beyond the limits" });
  expect(facts.textContent).toContain("being deleted");
  expect(facts.textContent).toContain("1,204 messages, 2 topics");
  expect(facts.textContent).toContain("3 MB");
  await screen.findByText(/was not deleted. The history can’t be used: disk full/);

  frame = { ...frame, readOnly: true, tidied: { running: false, at: null, removed: null, error: null } };
  await rerender({ id: "d", onreveal: () => {} });
  await vi.waitFor(() => expect(screen.queryByRole("region", { name: "Beyond the limits" })).toBeNull());
});

test("only the answer to the last look is shown", async () => {
  const storage = new Storage("c");
  const first = storage.look();
  const slow = usage;
  usage = { ...usage, count: 99 };
  const second = storage.look();
  await Promise.all([first, second]);
  expect(storage.usage).not.toBe(slow);
  expect(storage.loading).toBe(false);
});

test("the list is read again after something was forgotten between two looks", async () => {
  const storage = new Storage("c1");
  await storage.now();
  asked.length = 0;
  const what: Forget = { kind: "branch", topic: "plant/a" };
  const of = { topics: 2, messages: 6, bytes: 30, more: false };
  frame = {
    ...frame,
    clearing: { what, of, messages: 6, topics: 2, stage: { kind: "done" }, freedBytes: 0 },
  };
  await storage.now();
  expect(asked.map(([command]) => command)).toContain("storage_usage");
  asked.length = 0;
  await storage.now();
  expect(asked.map(([command]) => command)).not.toContain("storage_usage");
});

test("the list is read again when messages are kept no longer", async () => {
  const storage = new Storage("c1");
  await storage.now();
  asked.length = 0;
  frame = { ...frame, messages: frame.messages + 5 };
  await storage.now();
  expect(asked.map(([command]) => command)).not.toContain("storage_usage");
  frame = { ...frame, messages: frame.messages - 1 };
  await storage.now();
  expect(asked.map(([command]) => command)).toContain("storage_usage");
});
