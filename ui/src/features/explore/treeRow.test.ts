import { cleanup, render } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TreeRow as Row } from "$lib/ipc/generated";
import TreeRow from "./TreeRow.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const row = (changedAt: number | null): Row => ({
  node: 1,
  topic: "a",
  depth: 0,
  segment: "a",
  hasChildren: false,
  expanded: false,
  topics: 1,
  messages: 1,
  bytes: 1,
  rate: 0,
  byteRate: 0,
  preview: { kind: "number", text: "1" },
  trend: "none",
  changedAt,
  activity: "quiet",
  retained: false,
  setSize: 1,
  posInSet: 1,
  hits: [],
  previewHits: [],
});

test("a value that changes flashes for a moment, however many frames follow", async () => {
  const props = (changedAt: number | null) => ({
    row: row(changedAt),
    selected: false,
    focused: false,
    sort: "name" as const,
    onselect: () => {},
    ontoggle: () => {},
    onmenu: () => {},
  });
  const { container, rerender } = render(TreeRow, props(1));
  const flashes = () => container.querySelector(".flash") !== null;
  expect(flashes()).toBe(false);
  await rerender(props(2));
  expect(flashes()).toBe(true);
  for (let frame = 0; frame < 5; frame += 1) {
    await vi.advanceTimersByTimeAsync(200);
    await rerender(props(2));
  }
  expect(flashes()).toBe(false);
});
