import { render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { Commands, TreeFrame } from "$lib/ipc/generated";
import { Explore } from "./explore.svelte";
import TreePane from "./TreePane.svelte";

let frame: TreeFrame;
vi.mock("$lib/ipc/call", () => ({
  CommandError: class extends Error {},
  call: (command: keyof Commands, args: { window: { revision: number } }) =>
    command === "tree_frame" && args.window.revision !== frame.revision
      ? Promise.resolve(frame)
      : new Promise(() => {}),
}));

const around = {
  publish: () => {},
  openCharts: () => {},
  exportMessages: () => {},
  shortcut: () => undefined,
};
const none: TreeFrame = {
  revision: 3,
  totalRows: 0,
  totalTopics: 0,
  first: 0,
  moved: 0,
  rows: [],
  sticky: [],
  hits: null,
  searching: null,
  paused: false,
  sort: "name",
  at: null,
};

test("an empty tree says what comes, and in the past that nothing was there", async () => {
  frame = none;
  const { unmount } = render(TreePane, { explore: new Explore("plant", around) });
  expect(await screen.findByText("Topics appear here as messages arrive.")).toBeTruthy();
  unmount();
  frame = { ...none, at: 1_000 };
  render(TreePane, { explore: new Explore("plant", around) });
  expect(await screen.findByText("Nothing was recorded by this time.")).toBeTruthy();
  expect(screen.queryByText("Topics appear here as messages arrive.")).toBeNull();
});
