import { expect, it, vi } from "vitest";
import type { TreeFrame, TreeRow, TreeWindow } from "$lib/ipc/generated";

const windows: TreeWindow[] = [];
const commands: [string, object][] = [];
const answers: TreeFrame[] = [];
vi.mock("$lib/ipc/call", async (original) => ({
  ...(await original<object>()),
  call: (command: string, args: { window: TreeWindow }) => {
    if (command !== "tree_frame") {
      commands.push([command, args]);
      return Promise.resolve(null);
    }
    windows.push(args.window);
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
    await vi.waitFor(() => expect(windows.length).toBeGreaterThan(1));
    stop();
    return windows.splice(0).at(-1)?.anchor;
  };
  expect(await asked(7)).toEqual({ topic: "t12", row: 7 });
  expect(await asked(null)).toEqual({ topic: "t10", row: 5 });
  // At the very top new topics come in, unless the pointer is on a row.
  expect(await asked(null, 0)).toBe(null);
  expect(await asked(0, 0)).toEqual({ topic: "t10", row: 0 });
});

it("keeps the row that the pointer came to after the question was asked", async () => {
  const row = (node: number) => ({ node, topic: `t${node}` }) as TreeRow;
  const frame = (first: number, nodes: number[], moved = 0) =>
    ({ first, rows: nodes.map(row), totalRows: 99, revision: 2, moved }) as TreeFrame;
  const tree = new TopicTree("c");
  const shifts: number[] = [];
  tree.shift = (by) => void shifts.push(by);
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

const frameOf = (first: number, topics: string[], moved = 0) =>
  ({
    first,
    rows: topics.map((topic) => ({ topic }) as TreeRow),
    totalRows: 99,
    revision: 2,
    moved,
  }) as TreeFrame;

it("does not ask once more for rows that followed the answer", async () => {
  const tree = new TopicTree("c");
  tree.topRow = () => 5;
  // As drawn rows do: they scroll, and tell the window that they are in then.
  tree.shift = (by) => ({ first: 5 + by, count: 3 });
  tree.look({ first: 5, count: 3 });
  windows.length = 0;
  answers.push(frameOf(5, ["m", "n", "o"]), frameOf(7, ["m", "n", "o"], 2));
  const stop = tree.start();
  await vi.waitFor(() => expect(windows.length).toBeGreaterThan(3));
  stop();
  expect(windows.slice(0, 3).map(({ first, revision }) => [first, revision])).toEqual([
    [5, 0],
    [5, 2],
    [7, 2],
  ]);
});

it("asks anew where rows could not follow the answer", async () => {
  const tree = new TopicTree("c");
  tree.topRow = () => 5;
  tree.shift = () => ({ first: 6, count: 3 });
  tree.look({ first: 5, count: 3 });
  windows.length = 0;
  answers.push(frameOf(5, ["m", "n", "o"]), frameOf(7, ["m", "n", "o"], 2));
  const stop = tree.start();
  await vi.waitFor(() => expect(windows.at(-1)).toMatchObject({ first: 6, revision: 0 }));
  stop();
});

it("begins keys at the selected topic, whose row may be another by now", async () => {
  const tree = new TopicTree("c");
  tree.frame = frameOf(0, ["m", "m/x"]);
  tree.select({ topic: "m/x" }, 1);
  commands.length = 0;
  await tree.left();
  await tree.type("f", 0);
  const from = { kind: "topic", topic: "m/x" };
  expect(commands).toEqual([
    ["tree_parent", { id: "c", from }],
    ["tree_type_ahead", { id: "c", from, prefix: "f" }],
  ]);
});

it("asks for what is in the field when it is drawn, be it nothing, and forgets a pointer of before", () => {
  commands.length = 0;
  new TopicTree("c").start()();
  const filter = { text: "", mode: "text", scope: "topic", matchCase: false };
  expect(commands).toEqual([
    ["tree_filter", { id: "c", filter }],
    ["tree_hold", { id: "c", held: false }],
  ]);
});
