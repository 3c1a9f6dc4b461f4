// Whether what arrived is on its way into the history: a large message is counted seconds before it is there. Pure.
import type { StatusFrame, TopicFrame, TreeRow } from "$lib/ipc/generated";

/**
 * True while a topic with nothing below it has received something just now of which the history has nothing yet.
 * What arrived longer ago was taken out of the history, or never came there, as where the history dropped it.
 */
export function isBeingStored(frame: TopicFrame, row: TreeRow | null, status: StatusFrame | null): boolean {
  if (row === null || row.hasChildren || row.activity === "quiet") return false;
  if (frame.messages === 0 || frame.count > 0 || status === null) return false;
  const isTaking = status.history.kind === "well" || status.history.kind === "setAside";
  return isTaking && !status.dropped.some(({ cause, count }) => cause === "history" && count > 0);
}
