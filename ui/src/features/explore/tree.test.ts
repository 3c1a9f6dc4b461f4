import { expect, it, vi } from "vitest";
import type { TreeFrame, TreeRow } from "$lib/ipc/generated";

const anchors: unknown[] = [];
const answers: TreeFrame[] = [];
vi.mock("$lib/ipc/call", async (original) => ({
  ...(await original<object>()),
  call: (command: string, args: { window?: { anchor: unknown } }) => {
    if (command !== "tree_frame") return Promise.resolve(null);
    anchors.push(args.window?.anchor);
    const frame = answers.shift() ?? null;
    return new Promise((answer) => setTimeout(() => answer(frame), 10));
  },
}));
const { TopicTree } = await import("./tree.svelte");

it("keeps the row under the pointer where it is, and else the first in view", async () => {
  const asked = async (pointed: number | null, top = 5) => {
    const tree = new TopicTree("c");
    const rows = [10, 11, 12, 13].map((node) => ({ node, topic: `t${node}` }) as TreeRow);
    tree.frame = { first: top, rows, totalRows: 99, revision: 1 } as TreeFrame;
    tree.topRow = () => top;
    tree.pointed = () => pointed;
    const stop = tree.start();
    tree.hold(true);
    tree.look({ first: top, count: 4 });
    await vi.waitFor(() => expect(anchors.length).toBeGreaterThan(1));
    stop();
    return anchors.splice(0).at(-1);
  };
  expect(await asked(7)).toEqual({ node: 12, row: 7 });
  expect(await asked(null)).toEqual({ node: 10, row: 5 });
  // At the very top new topics come in, unless the pointer is on a row.
  expect(await asked(null, 0)).toBe(null);
  expect(await asked(0, 0)).toEqual({ node: 10, row: 0 });
});

it("keeps the row that the pointer came to after the question was asked", async () => {
  const row = (node: number) => ({ node, topic: `t${node}` }) as TreeRow;
  const frame = (first: number, nodes: number[], moved = 0) =>
    ({ first, rows: nodes.map(row), totalRows: 99, revision: 2, moved }) as TreeFrame;
  const tree = new TopicTree("c");
  const shifts: number[] = [];
  tree.shift = (by) => shifts.push(by);
  answers.push(frame(0, [10, 11, 12]));
  const stop = tree.start();
  await vi.waitFor(() => expect(tree.frame?.rows).toHaveLength(3));
  tree.pointed = () => 2;
  tree.hold(true);
  // One came between the first row, which the question was asked with, and the one under the pointer.
  answers.push(frame(0, [10, 5, 11, 12]));
  await vi.waitFor(() => expect(shifts).toEqual([1]));
  stop();
});
