// Where rows of one height are drawn when there may be millions of them. Everything is a pure function, so
// that it can be tested without a layout.
//
// Two coordinates: the *virtual* offset counts real pixels of all rows; the *scroll* offset is what the
// browser scrolls. They are the same until all rows together are taller than what a browser can lay out;
// then the scroll range is shorter, and one pixel of it stands for several virtual ones.

/** Engines cap the height of an element between 16 and 33 million px; half of the least is safe everywhere. */
export const SCROLL_MAX = 8_000_000;

export interface Extent {
  total: number;
  rowHeight: number;
  /** Height of what is visible, px. */
  viewport: number;
  /** Height left empty below the last row, px. */
  room?: number;
}

export interface RowWindow {
  first: number;
  count: number;
}

const virtualHeight = ({ total, rowHeight, room = 0 }: Extent) => total * rowHeight + room;

/** Height of the element that is scrolled. */
export const scrollHeight = (extent: Extent) => Math.min(virtualHeight(extent), SCROLL_MAX);

/** Virtual pixels for each pixel scrolled: 1 while everything fits. */
export function scale(extent: Extent): number {
  const range = scrollHeight(extent) - extent.viewport;
  return range > 0 ? (virtualHeight(extent) - extent.viewport) / range : 1;
}

/** The largest virtual offset, at which the last row, or the room below it, touches the lower edge. */
export const maxOffset = (extent: Extent) => Math.max(0, virtualHeight(extent) - extent.viewport);

export const clampOffset = (extent: Extent, offset: number) =>
  Math.max(0, Math.min(offset, maxOffset(extent)));

export const toOffset = (extent: Extent, scrollTop: number) => clampOffset(extent, scrollTop * scale(extent));

export const toScroll = (extent: Extent, offset: number) => clampOffset(extent, offset) / scale(extent);

/** The room below the last row with which an offset can be scrolled to, though the rows end before it. */
export const roomFor = ({ total, rowHeight, viewport }: Extent, offset: number) =>
  offset > 0 ? Math.max(0, offset + viewport - total * rowHeight) : 0;

/** The rows to have at hand for this offset: those in view and `overscan` more at each end. */
export function windowAt(extent: Extent, offset: number, overscan: number): RowWindow {
  const { total, rowHeight, viewport } = extent;
  if (total === 0 || viewport <= 0) return { first: 0, count: 0 };
  const at = clampOffset(extent, offset);
  const first = Math.max(0, Math.floor(at / rowHeight) - overscan);
  const end = Math.min(total, Math.ceil((at + viewport) / rowHeight) + overscan);
  return { first, count: end - first };
}

export type Align = "nearest" | "start" | "center" | "end";

/** The offset that brings a row into view; the same offset where "nearest" finds it in view already. */
export function offsetFor(extent: Extent, offset: number, row: number, align: Align, covered = 0): number {
  const { rowHeight, viewport } = extent;
  const top = row * rowHeight;
  const start = top - covered;
  const end = top + rowHeight - viewport;
  const to = {
    start,
    end,
    center: top + rowHeight / 2 - viewport / 2,
    nearest: offset > start ? start : offset < end ? end : offset,
  }[align];
  return clampOffset(extent, to);
}
