// Values of series as text, with as many decimals as their scale needs.
import { i18n } from "$lib/i18n";
import type { SeriesFrame } from "$lib/ipc/generated";
import { extremes, placesFor } from "./points";

export function figure(value: number | null, places: number): string {
  if (value === null) return "–";
  if (Math.abs(value) >= 1e12) return value.toExponential(3);
  return places <= 3 ? i18n.f.fixed(value, places as 0 | 1 | 2 | 3) : value.toFixed(places);
}

/** Last, least, mean and greatest of a series, ready to print. */
export function figuresOf(series: SeriesFrame) {
  const places = placesFor(extremes(series));
  return {
    places,
    last: figure(series.last, places),
    min: figure(series.min, places),
    mean: figure(series.mean, places),
    max: figure(series.max, places),
    unit: series.series.unit ?? "",
  };
}

/** Hours and minutes, with seconds or milliseconds where the ticks are closer than that. */
export function tickLabel(at: number, step: number): string {
  if (step >= 86_400_000) return i18n.f.date(at, at);
  if (step >= 60_000) return i18n.f.timeShort(at);
  return step >= 1_000 ? i18n.f.time(at).slice(0, 8) : i18n.f.time(at);
}

/** Time of day with seconds; with the day where the view is longer than one. */
export function moment(at: number, length: number): string {
  const clock = i18n.f.time(at).slice(0, 8);
  return length > 86_400_000 ? `${i18n.f.date(at, at)} ${clock}` : clock;
}
