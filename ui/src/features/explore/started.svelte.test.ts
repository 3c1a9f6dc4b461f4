import { flushSync } from "svelte";
import { expect, it, vi } from "vitest";

const commands: string[] = [];
vi.mock("$lib/ipc/call", async (original) => ({
  ...(await original<object>()),
  call: (command: string) => {
    commands.push(command);
    return command === "tree_frame" ? new Promise(() => {}) : Promise.resolve("text");
  },
}));
const { TopicTree } = await import("./tree.svelte");

it("goes on, held as it is, while the filter is typed", async () => {
  const tree = new TopicTree("c");
  const end = $effect.root(() => {
    $effect(() => tree.start());
  });
  flushSync();
  tree.hold(true);
  commands.length = 0;
  await tree.narrow("f");
  flushSync();
  expect([tree.held, commands]).toEqual([true, ["tree_filter"]]);
  end();
});
