import { flushSync } from "svelte";
import { expect, it, vi } from "vitest";

const commands: string[] = [];
vi.mock("$lib/ipc/call", async (original) => ({
  ...(await original<object>()),
  call: (command: string) => {
    commands.push(command);
    return new Promise(() => {});
  },
}));
const { Retained } = await import("./retained.svelte");

it("asks once for each change of the filter", () => {
  const retained = new Retained("c");
  const end = $effect.root(() => {
    $effect(() => retained.start());
  });
  flushSync();
  expect(commands).toEqual(["retained_frame", "retained_deletions"]);
  retained.find("a");
  flushSync();
  expect(commands.slice(2)).toEqual(["retained_frame"]);
  end();
});
