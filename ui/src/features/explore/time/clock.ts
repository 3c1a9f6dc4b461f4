// Times as they are typed and where they lie on a line. Pure; times are milliseconds since the Unix epoch.

const two = (value: number) => String(value).padStart(2, "0");

/** 2026-03-12 14:03:22, in local time: the form that is typed back. */
export function written(at: number): string {
  const t = new Date(at);
  const day = `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())}`;
  return `${day} ${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}`;
}

/**
 * A typed local time: `14:03`, `14:03:22`, `14:03:22.417`, each with `03-12 ` or `2026-03-12 ` (or a T) before
 * it, or a day alone. What is left out is taken from `near`. Without milliseconds it is the end of its second,
 * so that everything of that second is in it. Null if it is no time.
 */
export function parsed(text: string, near: number): number | null {
  const form =
    /^(?:(?:(\d{4})-)?(\d{1,2})-(\d{1,2}))?[ T]*(?:(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?)?$/;
  const found = form.exec(text.trim());
  if (!found || text.trim() === "") return null;
  const [, year, month, day, hour, minute, second, fraction] = found;
  if (month === undefined && hour === undefined) return null;
  const t = new Date(near);
  const part = (value: string | undefined, otherwise: number) =>
    value === undefined ? otherwise : Number(value);
  const parts = [
    part(year, t.getFullYear()),
    part(month, t.getMonth() + 1),
    part(day, t.getDate()),
    part(hour, 0),
    part(minute, 0),
    part(second, 0),
  ] as const;
  const [y, mo, d, h, mi, s] = parts;
  const ms = fraction === undefined ? 999.999 : Number(fraction.padEnd(3, "0"));
  const made = new Date(y, mo - 1, d, h, mi, s);
  // 31 February and 25:00 would quietly become another time.
  const same = made.getMonth() === mo - 1 && made.getDate() === d && made.getHours() === h;
  if (!same || mi > 59 || s > 59) return null;
  return made.getTime() + ms;
}

export interface Stretch {
  from: number;
  to: number;
}

/** Where a time lies, 0 at the beginning and 1 at the end. */
export function shareOf(at: number, { from, to }: Stretch): number {
  return to > from ? Math.max(0, Math.min(1, (at - from) / (to - from))) : 1;
}

/** The time at a share of the way. */
export function timeAt(share: number, { from, to }: Stretch): number {
  return from + Math.max(0, Math.min(1, share)) * (to - from);
}

/** What lies nearest to a time, if it is within reach. */
export function nearest<T extends { at: number }>(all: readonly T[], at: number, reach: number): T | null {
  let best: T | null = null;
  for (const one of all) {
    const far = Math.abs(one.at - at);
    if (far <= reach && (best === null || far <= Math.abs(best.at - at))) best = one;
  }
  return best;
}
