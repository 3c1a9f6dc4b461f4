// Points of a series as the screen needs them: never joined across a gap, found by time, scaled to pixels.
import type { Gap, Series, SeriesFrame } from "$lib/ipc/generated";

export type Table = [times: number[], values: (number | null)[]];

/** Times and values with an empty point inside every gap, at which a line ends and another begins. */
export function broken(times: readonly number[], values: readonly number[], gaps: readonly Gap[]): Table {
  const outTimes: number[] = [];
  const outValues: (number | null)[] = [];
  const breaks = gaps.map((gap) => (gap.from + gap.to) / 2).sort((a, b) => a - b);
  let next = 0;
  times.forEach((time, i) => {
    for (let at = breaks[next]; at !== undefined && at <= time; at = breaks[++next]) {
      if (outTimes.length === 0) continue;
      outTimes.push(at);
      outValues.push(null);
    }
    outTimes.push(time);
    outValues.push(values[i] ?? null);
  });
  return [outTimes, outValues];
}

/** Index of the point nearest to a time; -1 without points. */
export function nearest(times: readonly number[], at: number): number {
  if (times.length === 0) return -1;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  const before = low - 1;
  return before >= 0 && at - (times[before] as number) <= (times[low] as number) - at ? before : low;
}

export interface Found {
  at: number;
  value: number;
}

/** The point of a series nearest to a time; none while the connection was down. */
export function pointAt(series: SeriesFrame, gaps: readonly Gap[], at: number): Found | null {
  if (gaps.some((gap) => at > gap.from && at < gap.to)) return null;
  const i = nearest(series.times, at);
  const time = series.times[i];
  const value = series.values[i];
  return time === undefined || value === undefined ? null : { at: time, value };
}

export interface Scale {
  min: number;
  max: number;
}

/** The smallest scale that holds both. */
export const union = (a: Scale | null, b: Scale | null): Scale | null =>
  a && b ? { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) } : (a ?? b);

export function extremes(series: SeriesFrame): Scale | null {
  return series.min === null || series.max === null ? null : { min: series.min, max: series.max };
}

/** Room above and below; a flat line stands in the middle. */
export function padded(scale: Scale | null, share = 0.15): Scale {
  if (!scale) return { min: 0, max: 1 };
  const span = scale.max - scale.min;
  const room = span > 0 ? span * share : Math.abs(scale.max) * 0.1 || 1;
  return { min: scale.min - room, max: scale.max + room };
}

/** A scale of `parts` equal, round steps, so that several scales share their grid lines. */
export function rounded(scale: Scale | null, parts = 5): Scale {
  const { min, max } = scale && scale.max > scale.min ? scale : padded(scale);
  const power = 10 ** Math.floor(Math.log10((max - min) / parts));
  const factors = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 20];
  for (const factor of factors) {
    const step = factor * power;
    const low = Math.floor(min / step) * step;
    if (low + parts * step >= max) return { min: low, max: low + parts * step };
  }
  return { min, max };
}

/** Decimals that tell two values of this scale apart. */
export function placesFor(scale: Scale | null): number {
  const span = scale ? scale.max - scale.min || Math.abs(scale.max) / 100 : 0;
  if (!(span > 0)) return 0;
  return Math.max(0, Math.min(9, Math.ceil(2 - Math.log10(span))));
}

/** `force_kn` of `$.force_kn`; for a payload that is a number, the last level of its topic. */
export function nameOf(series: Series): string {
  const bare = series.path.replace(/^\$\.?/, "");
  return bare === "" || bare === "value" ? (series.topic.split("/").at(-1) ?? series.topic) : bare;
}

/** The last two levels of the topic, without the one that is the name already. */
export function placeOf(series: Series): string {
  const levels = series.topic.split("/");
  if (nameOf(series) === levels.at(-1) && levels.length > 1) levels.pop();
  return levels.slice(-2).join("/");
}
