// What the last column of the tree shows: what its rows are ordered by.
import { i18n } from "$lib/i18n";
import type { TreeRow, TreeSort } from "$lib/ipc/generated";

/** Deeper levels are not indented further; the row says its level instead. */
export const DEEPEST = 12;

export function column(row: Pick<TreeRow, "messages" | "rate" | "bytes">, sort: TreeSort): string {
  const { f, m } = i18n;
  if (sort === "size") return f.bytes(row.bytes);
  // Most rows of a large tree are silent; a column of zeros would hide the others.
  if (sort === "rate") return row.rate > 0 ? m.treeTools.perSecond({ count: f.rate(row.rate) }) : "";
  return f.countShort(row.messages);
}

/** The word above it. */
export function columnTitle(sort: TreeSort): string {
  const { m } = i18n;
  if (sort === "size") return m.treeTools.columnSize;
  return sort === "rate" ? m.treeTools.columnRate : m.explore.messages;
}
