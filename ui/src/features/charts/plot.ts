// How uPlot draws: lines, grid and value axes from the colours of the theme, and stretches without a
// connection as hatching. Pointer, cursor and selection belong to the Stage, because they cross all lanes.
import uPlot from "uplot";
import type { Gap } from "$lib/ipc/generated";
import type { Scale } from "./points";

export interface PlotLine {
  style: number;
  scale: string;
  dashed: boolean;
}

export interface PlotAxis {
  scale: string;
  side: "left" | "right";
  width: number;
  /** Style of the series it belongs to; quiet text otherwise. */
  style?: number;
  /** Equal steps; as many as fit otherwise. */
  parts?: number;
}

/** What a plot is made of; it is built anew when this changes. */
export interface PlotShape {
  lines: readonly PlotLine[];
  axes: readonly PlotAxis[];
  /** Empty px above and below the lines. */
  top: number;
  bottom: number;
}

/** What a plot shows; read again on each drawing. */
export interface PlotView {
  from: number;
  to: number;
  scales: Readonly<Record<string, Scale>>;
  ticks: readonly number[];
  gaps: readonly Gap[];
}

export const dashes: readonly (readonly number[])[] = [[], [7, 3], [2, 2.5], [9, 3, 2, 3], [4, 2], [12, 4]];

/** A colour of the theme that is drawn now. */
export const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const seriesColor = (style: number): string => color(`--s${(style % 6) + 1}`);

function hatch(ctx: CanvasRenderingContext2D): CanvasPattern | null {
  const tile = document.createElement("canvas");
  const size = 8 * devicePixelRatio;
  tile.width = tile.height = size;
  const brush = tile.getContext("2d");
  if (!brush) return null;
  brush.strokeStyle = color("--line-2");
  brush.lineWidth = 1.25 * devicePixelRatio;
  brush.beginPath();
  for (const shift of [-size, 0, size]) {
    brush.moveTo(shift - 2, size + 2);
    brush.lineTo(shift + size + 2, -2);
  }
  brush.stroke();
  return ctx.createPattern(tile, "repeat");
}

function drawGaps(plot: uPlot, view: PlotView): void {
  const visible = view.gaps.filter((gap) => gap.to > view.from && gap.from < view.to);
  if (visible.length === 0) return;
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = hatch(ctx) ?? color("--line-2");
  for (const gap of visible) {
    const left = plot.valToPos(Math.max(gap.from, view.from), "x", true);
    const right = plot.valToPos(Math.min(gap.to, view.to), "x", true);
    ctx.fillRect(left, bbox.top, Math.max(2 * devicePixelRatio, right - left), bbox.height);
  }
  ctx.restore();
}

/** Numbers with the decimals that the longest of them needs. */
export function evenly(values: readonly number[]): string[] {
  const short = values.map((value) => Number(value.toPrecision(6)));
  const places = Math.max(...short.map((value) => String(value).split(".")[1]?.length ?? 0));
  return short.map((value) => value.toFixed(Math.min(9, places)));
}

function valueAxis(axis: PlotAxis, first: boolean, view: () => PlotView): uPlot.Axis {
  return {
    scale: axis.scale,
    side: axis.side === "left" ? 3 : 1,
    size: axis.width,
    gap: 8,
    space: 26,
    font: "10.5px 'Inter Variable', sans-serif",
    stroke: () => (axis.style === undefined ? color("--text-3") : seriesColor(axis.style)),
    grid: { show: first, stroke: () => color("--line-1"), width: 1 },
    ticks: { show: false },
    ...(axis.parts !== undefined && {
      splits: () => {
        const { min, max } = view().scales[axis.scale] ?? { min: 0, max: 1 };
        const parts = axis.parts as number;
        return Array.from({ length: parts + 1 }, (_, i) => min + ((max - min) * i) / parts);
      },
      values: (_: uPlot, splits: number[]) => evenly(splits),
    }),
  };
}

/** Options of a plot that reads `view` each time it draws. */
export function plotOptions(
  shape: PlotShape,
  size: { width: number; height: number },
  view: () => PlotView,
): uPlot.Options {
  const scales: uPlot.Scales = {
    x: { time: false, range: () => [view().from, view().to] },
  };
  for (const scale of new Set(shape.lines.map((line) => line.scale))) {
    scales[scale] = {
      range: () => {
        const { min, max } = view().scales[scale] ?? { min: 0, max: 1 };
        return [min, max];
      },
    };
  }
  return {
    ...size,
    padding: [shape.top, 0, shape.bottom, 0],
    legend: { show: false },
    cursor: { show: false },
    scales,
    series: [
      {},
      ...shape.lines.map((line): uPlot.Series => ({
        scale: line.scale,
        stroke: () => seriesColor(line.style),
        width: 1.5,
        points: { size: 3.5, fill: () => seriesColor(line.style) },
        ...(line.dashed && { dash: [...(dashes[line.style % 6] ?? [])] }),
      })),
    ],
    axes: [
      {
        scale: "x",
        size: 0,
        splits: () => [...view().ticks],
        values: (_, splits) => splits.map(() => ""),
        grid: { stroke: () => color("--line-1"), width: 1 },
        ticks: { show: false },
      },
      ...shape.axes.map((axis, i) => valueAxis(axis, i === 0, view)),
    ],
    hooks: { drawAxes: [(plot) => drawGaps(plot, view())] },
  };
}
