import { expect, test, vi } from "vitest";
import type { TreeRow } from "$lib/ipc/generated";
import { Explore } from "./explore.svelte";
import { rowMenu } from "./rowMenu";

test("the menu of a row asks for the export of its topic, or of its whole branch", () => {
  const exportMessages = vi.fn();
  const explore = new Explore("plant", {
    publish: () => {},
    openCharts: () => {},
    exportMessages,
    shortcut: () => undefined,
  });
  const choose = (row: Partial<TreeRow>, label: string) => {
    for (const entry of rowMenu(explore, row as TreeRow))
      if (entry.kind === "item" && entry.label === label) entry.run();
  };
  choose({ topic: "plant/press", hasChildren: true }, "Export messages of this branch…");
  expect(exportMessages).toHaveBeenLastCalledWith("plant/press/#");
  choose({ topic: "plant/press/rpm", hasChildren: false }, "Export messages of this topic…");
  expect(exportMessages).toHaveBeenLastCalledWith("plant/press/rpm");
  expect(exportMessages).toHaveBeenCalledTimes(2);
});
