import { cleanup, render } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import TreeRow from "./TreeRow.svelte";
import { treeRow } from "./treeRow.fixture";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("a value that changes flashes for a moment, however many frames follow", async () => {
  const props = (changedAt: number | null) => ({
    row: treeRow("a", { changedAt }),
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
