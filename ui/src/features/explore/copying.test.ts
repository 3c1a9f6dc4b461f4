import { expect, test, vi } from "vitest";
import type { TopicFrame } from "$lib/ipc/generated";

const copied: object[] = [];
let arrive: (frame: TopicFrame) => void = () => {};
vi.mock("$lib/ipc/call", async (original) => ({
  ...(await original<object>()),
  call: (command: string, args: object) => {
    if (command === "topic_frame") return new Promise<TopicFrame>((resolve) => (arrive = resolve));
    if (command === "message_copy") copied.push(args);
    return Promise.resolve(null);
  },
}));
const { Explore } = await import("./explore.svelte");

test("a payload is copied although the key was quicker than the payload", async () => {
  const nothing = () => {};
  const explore = new Explore("plant", {
    publish: nothing,
    openCharts: nothing,
    exportMessages: nothing,
    shortcut: () => undefined,
  });
  explore.tree.click({ topic: "force" }, 0);
  const stop = explore.view?.start();
  const copying = explore.copyPayload();
  arrive({ message: { id: 7 }, count: 1, payload: null } as TopicFrame);
  await copying;
  expect(copied).toEqual([{ id: "plant", message: 7, format: null }]);
  stop?.();
});
