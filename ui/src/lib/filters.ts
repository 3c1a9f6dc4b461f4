// What topic filters mean (MQTT 5, 4.7 and 4.8), for those the broker already accepted or that were checked.

import type { TopicProblem } from "$lib/ipc/generated";

/** What keeps a text from being a topic filter (MQTT 5, 4.7.1 and 4.8.2); null if nothing does. */
export function filterProblem(text: string): TopicProblem | null {
  if (text === "") return { kind: "empty" };
  if (text.includes("\0")) return { kind: "nul" };
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > 65_535) return { kind: "tooLong", bytes };
  if (text.startsWith("$share/") && !/^\$share\/[^/+#]+\/./su.test(text)) return { kind: "badShare" };
  const levels = text.split("/");
  for (const [at, level] of levels.entries()) {
    if (level.includes("#") && (level !== "#" || at < levels.length - 1))
      return { kind: "multiLevelNotLast" };
    if (level.includes("+") && level !== "+") return { kind: "singleLevelNotAlone" };
  }
  return null;
}

/** `$share/group/filter` without its group. */
export function unshared(filter: string): string {
  return /^\$share\/[^/]*\/(.*)$/su.exec(filter)?.[1] ?? filter;
}

export const isShared = (filter: string) => filter.startsWith("$share/");

export const hasWildcard = (filter: string) =>
  unshared(filter)
    .split("/")
    .some((level) => level === "#" || level === "+");

/** Every topic matches it: `#`, `+/#`, `+/+/#` … */
export function isEverything(filter: string): boolean {
  const levels = unshared(filter).split("/");
  return levels.at(-1) === "#" && levels.slice(0, -1).every((level) => level === "+");
}

/** Whether a topic matches (MQTT 5, 4.7); wildcards in front do not match `$` (4.7.2). */
export function matches(filter: string, topic: string): boolean {
  const wanted = unshared(filter).split("/");
  const levels = topic.split("/");
  if (topic.startsWith("$") && (wanted[0] === "#" || wanted[0] === "+")) return false;
  for (const [at, level] of wanted.entries()) {
    if (level === "#") return true;
    if (at >= levels.length || (level !== "+" && level !== levels[at])) return false;
  }
  return wanted.length === levels.length;
}
