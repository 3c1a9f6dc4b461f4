// Which stretch of time a chart shows. Times are milliseconds since 1970; the present moment is passed in.
import type { ChartRange } from "$lib/ipc/generated";

export interface Span {
  from: number;
  to: number;
}

/** Seconds of the ranges on offer; 0 stands for everything there is. */
export const presets = [60, 300, 900, 3_600, 21_600, 0] as const;
export type Preset = (typeof presets)[number];

/** The shortest stretch that can be zoomed to. */
export const SHORTEST = 100;

export const lengthOf = (span: Span): number => span.to - span.from;

/** A span with its ends in order. */
export const ordered = (a: number, b: number): Span => ({ from: Math.min(a, b), to: Math.max(a, b) });

/** A held span stands still; without one the chart follows the clock. */
export function rangeOf(preset: Preset, held: Span | null): ChartRange {
  if (held) return { kind: "fixed", from: held.from, to: held.to };
  return preset === 0 ? { kind: "all" } : { kind: "live", seconds: preset };
}

/** Another length for a held span: its end stays where it is. Everything there is cannot be held. */
export function heldFor(preset: Preset, held: Span | null): Span | null {
  return held && preset !== 0 ? { from: held.to - preset * 1000, to: held.to } : null;
}

/** The span moved by milliseconds, never past `latest`. */
export function moved(span: Span, by: number, latest: number): Span {
  const shift = Math.min(by, latest - span.to);
  return { from: span.from + shift, to: span.to + shift };
}

/** The span with one end moved, at least `SHORTEST` long and never past `latest`. */
export function stretched(span: Span, edge: "from" | "to", at: number, latest: number): Span {
  return edge === "from"
    ? { from: Math.min(at, span.to - SHORTEST), to: span.to }
    : { from: span.from, to: Math.max(Math.min(at, latest), span.from + SHORTEST) };
}

/** What the strip below shows: the next longer range that holds the view, or everything. */
export function overviewOf(preset: Preset, held: Span | null, now: number): ChartRange {
  const length = held ? lengthOf(held) / 1000 : preset;
  const reach = held ? (now - held.from) / 1000 : preset;
  const next = presets.find((seconds) => seconds > length && seconds >= reach);
  return preset === 0 || next === undefined ? { kind: "all" } : { kind: "live", seconds: next };
}

/** How often the strip is read again: about one of its pixels, between 1 s and 30 s. */
export const overviewPause = (span: Span): number =>
  Math.max(1_000, Math.min(30_000, lengthOf(span) / 1_000));

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 3, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000].map((n) => n * DAY),
];

export interface Ticks {
  at: number[];
  /** Milliseconds between two of them. */
  step: number;
}

/** Round times of day in the span, at least `space` px apart. `offset` is the zone's distance from UTC in ms. */
export function timeTicks(span: Span, width: number, space = 110, offset = zoneOffset(span.to)): Ticks {
  const least = (lengthOf(span) * space) / Math.max(1, width);
  const step = steps.find((each) => each >= least) ?? (steps.at(-1) as number);
  const at: number[] = [];
  const first = Math.ceil((span.from + offset) / step) * step - offset;
  for (let tick = first; tick <= span.to && at.length < 200; tick += step) at.push(tick);
  return { at, step };
}

export const zoneOffset = (at: number): number => -new Date(at).getTimezoneOffset() * MINUTE;
