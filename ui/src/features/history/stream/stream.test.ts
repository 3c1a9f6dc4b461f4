import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import type { Commands, StreamFrame, StreamRow, StreamWindow } from "$lib/ipc/generated";
import StreamView from "./StreamView.svelte";

const asked: StreamWindow[] = [];
const called: [string, unknown][] = [];
let frame: StreamFrame;
let answered = 0;

vi.mock("$lib/ipc/call", () => ({
  CommandError: class extends Error {},
  call: (command: keyof Commands, args: { window?: StreamWindow; topic?: string }) => {
    called.push([command, args]);
    if (command === "stream_frame" && args.window) {
      const { window } = args;
      asked.push(window);
      // What is known is not told again.
      if (window.revision === frame.revision && answered++ > 3) return new Promise(() => {});
      return Promise.resolve(frame);
    }
    if (command === "topic_check")
      return Promise.resolve(args.topic === "a/#/b" ? { kind: "multiLevelNotLast" } : null);
    if (command === "message_info") return Promise.reject(new Error("gone"));
    return Promise.resolve(null);
  },
}));

const message = (id: number, topic: string, text: string, more = {}): StreamRow => ({
  kind: "message",
  message: {
    id,
    received: id / 1000,
    topic,
    qos: 1,
    retain: false,
    dup: false,
    redelivered: false,
    late: false,
    size: text.length,
    preview: { kind: "text", text },
    ...more,
  },
});

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  asked.length = 0;
  called.length = 0;
  answered = 0;
  frame = {
    revision: 7,
    start: 90_000,
    total: 3,
    beginning: "cut",
    first: 90_000,
    rows: [
      message(5_000_000, "a/b", "one\u0000two", { retain: true }),
      { kind: "gap", count: 1_204 },
      message(6_000_000, "a/c", "<b>three</b>"),
    ],
    rate: 2,
    waiting: 0,
    behind: false,
  };
});

test("rows are drawn as text, control characters can be seen, gaps are counted", async () => {
  render(StreamView, { id: "plant", onreveal: () => {} });
  const first = await screen.findByRole("row", { name: /a\/b/ });
  expect(first.textContent).toContain("one␀two");
  expect(screen.getByLabelText("retained")).toBeTruthy();
  expect(screen.getByRole("row", { name: /1,204 messages were dropped/ })).toBeTruthy();
  expect(screen.getByRole("row", { name: /a\/c/ }).textContent).toContain("<b>three</b>");
  expect(screen.getByText(/Older messages are in the history/)).toBeTruthy();
  expect(asked.at(-1)).toMatchObject({ follow: true, paused: false, filter: "", text: "" });
});

test("a wrong filter is said and not asked; a right one is", async () => {
  render(StreamView, { id: "plant", onreveal: () => {} });
  const field = await screen.findByRole("textbox", { name: "Topic filter" });
  await fireEvent.input(field, { target: { value: "a/#/b" } });
  expect(await screen.findByText(/# must be the last level, by itself\./)).toBeTruthy();
  // What is listed meanwhile is said, so that nobody takes it for what the wrong filter finds.
  expect(screen.getByText("The list still has all topics.")).toBeTruthy();
  await fireEvent.input(field, { target: { value: "a/#" } });
  await vi.waitFor(() =>
    expect(asked).toContainEqual(expect.objectContaining({ filter: "a/#", revision: 0 })),
  );
  await fireEvent.input(field, { target: { value: "a/#/b" } });
  expect(await screen.findByText("The list still has what a/# finds.")).toBeTruthy();
  expect(asked.some((window) => window.filter === "a/#/b")).toBe(false);
});

test("Space pauses, and what came meanwhile is counted", async () => {
  render(StreamView, { id: "plant", onreveal: () => {} });
  const grid = await screen.findByRole("grid", { name: "All messages" });
  frame = { ...frame, revision: 8, waiting: 48 };
  await fireEvent.keyDown(grid, { key: " " });
  await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({ paused: true }));
  expect(await screen.findByText(/48 messages came since/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Resume" })).toBeTruthy();
});

test("scrolling back ends following, by numbers that stay; the button follows again", async () => {
  frame = { ...frame, total: 5_000, first: 94_970, rows: [message(9, "a", "x")] };
  render(StreamView, { id: "plant", onreveal: () => {} });
  const grid = await screen.findByRole("grid", { name: "All messages" });
  await fireEvent.wheel(grid, { deltaY: -100 });
  await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({ follow: false }));
  expect(asked.at(-1)?.first).toBeGreaterThanOrEqual(90_000);
  screen.getByRole("button", { name: "Follow" }).click();
  await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({ follow: true }));
});

test("the keyboard walks the rows and reveals a topic", async () => {
  const reveal = vi.fn();
  render(StreamView, { id: "plant", onreveal: reveal });
  const grid = await screen.findByRole("grid", { name: "All messages" });
  await screen.findByRole("row", { name: /a\/c/ });
  await fireEvent.keyDown(grid, { key: "ArrowUp" });
  await vi.waitFor(() =>
    expect(screen.getByRole("row", { name: /a\/c/ }).getAttribute("aria-selected")).toBe("true"),
  );
  await fireEvent.keyDown(grid, { key: "Enter" });
  expect(reveal).toHaveBeenCalledExactlyOnceWith("a/c");
  expect(screen.getByRole("complementary", { name: "Message" })).toBeTruthy();
});
