// The keys that move through a list of rows, the same in every list.

/** Rows that a page key moves by: those in view of the list that has the focus, but one. */
export function pageOf(list: EventTarget | null, rowHeight: number): number {
  const height = list instanceof HTMLElement ? list.clientHeight : 0;
  return Math.max(1, Math.floor(height / rowHeight) - 1);
}

/** The row a key goes to, from the row `at` or from none (-1); null for every other key. */
export function rowFor(key: string, at: number, total: number, page: number): number | null {
  const to = target(key, at, total, page);
  return to === null ? null : Math.max(0, Math.min(total - 1, to));
}

function target(key: string, at: number, total: number, page: number): number | null {
  switch (key) {
    case "ArrowDown":
      return at + 1;
    case "ArrowUp":
      return at - 1;
    case "PageDown":
      return at + page;
    case "PageUp":
      return at - page;
    case "Home":
      return 0;
    case "End":
      return total - 1;
    default:
      return null;
  }
}
