import { expect, it, vi } from "vitest";
import type { TreeFrame, TreeRow } from "$lib/ipc/generated";

const anchors: unknown[] = [];
vi.mock("$lib/ipc/call", async (original) => ({
  ...(await original<object>()),
  call: (command: string, args: { window?: { anchor: unknown } }) => {
    if (command === "tree_frame") anchors.push(args.window?.anchor);
    return Promise.resolve(null);
  },
}));
const { TopicTree } = await import("./tree.svelte");

it("keeps the row under the pointer where it is, and else the first in view", async () => {
  const asked = async (pointed: number | null) => {
    const tree = new TopicTree("c");
    const rows = [10, 11, 12, 13].map((node) => ({ node, topic: `t${node}` }) as TreeRow);
    tree.frame = { first: 5, rows, totalRows: 99, revision: 1 } as TreeFrame;
    tree.topRow = () => 5;
    tree.pointed = () => pointed;
    const stop = tree.start();
    tree.hold(true);
    tree.look({ first: 5, count: 4 });
    await vi.waitFor(() => expect(anchors.length).toBeGreaterThan(1));
    stop();
    return anchors.splice(0).at(-1);
  };
  expect(await asked(7)).toEqual({ node: 12, row: 7 });
  expect(await asked(null)).toEqual({ node: 10, row: 5 });
});
