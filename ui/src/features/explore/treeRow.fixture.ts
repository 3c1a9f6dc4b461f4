// A row of the tree for tests: a leaf with nothing to say, but for what is given.
import type { TreeRow } from "$lib/ipc/generated";

export function treeRow(topic: string, more: Partial<TreeRow> = {}): TreeRow {
  const levels = topic.split("/");
  return {
    node: 0,
    topic,
    depth: levels.length - 1,
    segment: levels.at(-1) ?? "",
    hasChildren: false,
    expanded: false,
    topics: 1,
    messages: 1,
    bytes: 1,
    rate: 0,
    byteRate: 0,
    preview: null,
    trend: "none",
    changedAt: null,
    activity: "quiet",
    retained: false,
    posInSet: 1,
    setSize: 1,
    hits: [],
    previewHits: [],
    ...more,
  };
}
