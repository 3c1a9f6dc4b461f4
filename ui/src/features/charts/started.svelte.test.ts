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
const { Charts } = await import("./charts.svelte");

it("asks once for each change of the stretch", () => {
  const charts = new Charts("c");
  charts.resize(100);
  const end = $effect.root(() => {
    $effect(() => charts.start());
  });
  flushSync();
  expect(commands).toEqual(["chart_frame"]);
  charts.choose(60);
  flushSync();
  expect(commands).toEqual(["chart_frame", "chart_frame"]);
  end();
});
