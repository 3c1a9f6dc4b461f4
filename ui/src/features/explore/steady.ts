import type { Busy } from "$lib/ipc/generated";

/** The rows of before in their order with the numbers of now; one that is no longer listed keeps its own. */
export function steady(before: readonly Busy[], now: readonly Busy[]): Busy[] {
  if (before.length === 0) return [...now];
  const known = new Map(now.map((busy) => [busy.topic, busy]));
  return before.map((busy) => known.get(busy.topic) ?? busy);
}
