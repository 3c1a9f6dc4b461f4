// Which retained messages are selected. They are kept by topic, because rows move when the list changes and
// most of them are not in the window.

export interface Pick {
  /** Adds or takes away, as Ctrl does. */
  toggle: boolean;
  /** From the last picked to this one, as Shift does. */
  extend: boolean;
}

export interface Selection {
  topics: ReadonlySet<string>;
  /** Where a stretch of rows begins. */
  anchor: string | null;
}

export const nothing: Selection = { topics: new Set(), anchor: null };

/** The topics from one to another in the order of the list; only the other where the first is gone. */
export function stretch(order: readonly string[], from: string, to: string): string[] {
  const a = order.indexOf(from);
  const b = order.indexOf(to);
  if (b < 0) return [];
  if (a < 0) return [to];
  return order.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** The selection after a click on a row. `order` is needed to extend and may be empty otherwise. */
export function picked(
  before: Selection,
  topic: string,
  pick: Pick,
  order: readonly string[] = [],
): Selection {
  if (pick.extend && before.anchor !== null) {
    const added = stretch(order, before.anchor, topic);
    return { topics: new Set(pick.toggle ? [...before.topics, ...added] : added), anchor: before.anchor };
  }
  if (!pick.toggle) return { topics: new Set([topic]), anchor: topic };
  const topics = new Set(before.topics);
  if (!topics.delete(topic)) topics.add(topic);
  return { topics, anchor: topic };
}

/** The selection without topics that are gone. */
export function without(before: Selection, gone: Iterable<string>): Selection {
  const topics = new Set(before.topics);
  for (const topic of gone) topics.delete(topic);
  return { topics, anchor: before.anchor !== null && topics.has(before.anchor) ? before.anchor : null };
}

/** The state of the check in the head: all of the list, some, or none. */
export function headState(selected: number, total: number): boolean | "mixed" {
  if (selected === 0 || total === 0) return false;
  return selected >= total ? true : "mixed";
}
