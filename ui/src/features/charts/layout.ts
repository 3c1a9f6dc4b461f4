// Where the parts of the charts stand: value scales of the overlay, and labels of stretches without a connection.
import type { Gap, SeriesFrame } from "$lib/ipc/generated";
import type { Span } from "./ranges";

export interface Margins {
  left: number;
  right: number;
}

export interface ScaleGroup {
  key: string;
  unit: string;
  series: SeriesFrame[];
  /** None where there is no room for its values. */
  side: "left" | "right" | null;
  width: number;
  /** px from the right edge of the plot. */
  offset: number;
}

export const STACKED: Margins = { left: 0, right: 56 };
const LEFT = 52;
const RIGHT = 44;
const MOST_RIGHT = 3;

/** One scale for each unit; series without a unit keep their own. */
export function scalesOf(series: readonly SeriesFrame[]): ScaleGroup[] {
  const groups: ScaleGroup[] = [];
  for (const each of series) {
    const unit = each.series.unit ?? "";
    const same = unit === "" ? undefined : groups.find((group) => group.unit === unit);
    if (same) {
      same.series.push(each);
      continue;
    }
    const at = groups.length;
    groups.push({
      key: unit === "" ? `id ${each.series.id}` : `unit ${unit}`,
      unit,
      series: [each],
      side: at === 0 ? "left" : at <= MOST_RIGHT ? "right" : null,
      width: at === 0 ? LEFT : RIGHT,
      offset: (at - 1) * RIGHT,
    });
  }
  return groups;
}

export function overlayMargins(series: readonly SeriesFrame[]): Margins {
  const right = scalesOf(series).filter((group) => group.side === "right").length;
  return { left: LEFT, right: right === 0 ? 12 : right * RIGHT };
}

export interface GapLabel {
  /** The middle of what is in view, px from the left edge of the plot. */
  x: number;
  millis: number;
}

/** Labels of the gaps in view that do not run into the one before. */
export function gapLabels(gaps: readonly Gap[], span: Span, width: number, room = 96): GapLabel[] {
  const px = (at: number) => ((at - span.from) / (span.to - span.from)) * width;
  const labels: GapLabel[] = [];
  for (const gap of gaps) {
    if (gap.to <= span.from || gap.from >= span.to) continue;
    const x = (px(Math.max(gap.from, span.from)) + px(Math.min(gap.to, span.to))) / 2;
    const before = labels.at(-1);
    if (!before || x - before.x >= room) labels.push({ x, millis: gap.to - gap.from });
  }
  return labels;
}
