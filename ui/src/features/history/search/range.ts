// A span of time as it is chosen or typed. Pure; the present moment is passed in. Times are milliseconds.

export type Range = "all" | "hour" | "today" | "week" | "custom";

export interface Span {
  from: number | null;
  to: number | null;
}

const HOUR = 3_600_000;
const typed = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?)?$/;

/**
 * What somebody typed, in local time: its first moment, or with `end` its last. A day alone is the whole day.
 * Undefined where it is no time.
 */
export function moment(text: string, end = false): number | undefined {
  const parts = typed.exec(text.trim());
  if (!parts) return undefined;
  const [year = 0, month = 1, day = 1] = parts.slice(1, 4).map(Number);
  const given = parts.slice(4, 7).map((part) => (part === undefined ? null : Number(part)));
  const [hour, minute, second] = given.map((part, at) => part ?? (end ? [23, 59, 59][at] : 0)) as number[];
  const fraction = parts[7];
  const millis = fraction === undefined ? (end ? 999 : 0) : Number(fraction.padEnd(3, "0"));
  const date = new Date(year, month - 1, day, hour, minute, second, millis);
  // The 31st of February would become a day of March.
  const same = date.getMonth() === month - 1 && date.getDate() === day;
  const clock = (hour ?? 0) < 24 && (minute ?? 0) < 60 && (second ?? 0) < 60;
  return same && clock ? date.getTime() : undefined;
}

/** The span of a choice; undefined where what was typed is no time. An empty end is open. */
export function spanOf(range: Range, from: string, to: string, now: number): Span | undefined {
  switch (range) {
    case "all":
      return { from: null, to: null };
    case "hour":
      return { from: now - HOUR, to: null };
    case "today":
      return { from: new Date(now).setHours(0, 0, 0, 0), to: null };
    case "week":
      return { from: now - 7 * 24 * HOUR, to: null };
    case "custom": {
      const span = {
        from: from.trim() === "" ? null : moment(from),
        to: to.trim() === "" ? null : moment(to, true),
      };
      return span.from === undefined || span.to === undefined ? undefined : { from: span.from, to: span.to };
    }
  }
}
