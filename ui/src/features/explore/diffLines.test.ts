import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "$lib/i18n";
import type { DiffLine, DiffRow, MessageDiff } from "$lib/ipc/generated";
import { Comparison } from "./compare.svelte";
import DiffLines from "./DiffLines.svelte";

const ROOM = 300;
const LONG = 64_800;

// jsdom lays nothing out: each half has this room, and its text is as long as said.
beforeEach(() => {
  i18n.choice = "en";
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(200);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(ROOM);
  vi.spyOn(HTMLElement.prototype, "scrollWidth", "get").mockReturnValue(LONG);
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: (command: string) => Promise.resolve(command === "message_diff" ? diff : rows),
    },
  });
});

const side = (text: string): DiffLine => ({
  line: {
    no: 1,
    indent: 0,
    tokens: [{ kind: "text", text, path: null, was: null }],
    foldTo: null,
    foldItems: null,
    value: null,
    change: null,
  },
  differs: [true],
});
const rows: DiffRow[] = [
  { change: "changed", a: side(`${"x".repeat(9_000)}old`), b: side(`${"x".repeat(9_000)}new`) },
];
const diff = {
  a: { id: 1 },
  b: { id: 2 },
  rows: 1,
  lines: 2,
  differences: [[0, 0]],
} as unknown as MessageDiff;

async function open() {
  const comparison = new Comparison("c");
  render(DiffLines, { comparison });
  comparison.compare(1, 2);
  await screen.findAllByText(/^x+(old|new)$/);
  await tick();
  const region = screen.getByRole("region", { name: "Compare A and B" });
  const moved = () => [...region.querySelectorAll(".tx")].map(({ scrollLeft }) => scrollLeft);
  return { comparison, moved, list: region.querySelector("[tabindex]") as HTMLElement };
}

test("the end of a long line is reached with the arrows and the wheel, on both sides at once", async () => {
  const { moved, list } = await open();
  expect(moved()).toEqual([0, 0]);
  await fireEvent.keyDown(list, { key: "ArrowRight" });
  expect(moved()).toEqual([57.6, 57.6]);
  await fireEvent.wheel(list, { deltaX: 1e6 });
  expect(moved()).toEqual([LONG - ROOM, LONG - ROOM]);
  await fireEvent.wheel(list, { deltaY: -1e6, shiftKey: true });
  expect(moved()).toEqual([0, 0]);
});

test("a difference far behind on its line comes into view when it is gone to", async () => {
  const { comparison, moved } = await open();
  comparison.step(1);
  await tick();
  await tick();
  expect(moved()).toEqual(
    [9_000 * 7.2 - ROOM / 2, 9_000 * 7.2 - ROOM / 2].map((at) => Math.min(at, LONG - ROOM)),
  );
});
