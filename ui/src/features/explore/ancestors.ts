// Which rows stay at the top of the tree while their branches scroll away below them.
import type { TreeFrame, TreeRow } from "$lib/ipc/generated";

/** More would leave no room for what is looked at. */
const MOST = 8;

/**
 * The ancestors that stand over the rows in view, outermost first; `edge` is the row at the upper edge.
 * Each takes the place of one row, so each is judged by the row it would cover.
 */
export function ancestorsOver(frame: Pick<TreeFrame, "first" | "rows" | "sticky">, edge: number): TreeRow[] {
  const { first, rows, sticky } = frame;
  if (edge < first || edge >= first + rows.length) return [];
  /** The way down to the row looked at last; at its depth stands the row itself. */
  const path: TreeRow[] = [...sticky];
  let at = first;
  const walkTo = (index: number): TreeRow | undefined => {
    for (; at <= index; at++) {
      const row = rows[at - first];
      if (!row) return undefined;
      path.length = Math.min(path.length, row.depth);
      path[row.depth] = row;
    }
    return rows[index - first];
  };
  const over: TreeRow[] = [];
  while (over.length < MOST) {
    const covered = walkTo(edge + over.length);
    const ancestor = covered && covered.depth > over.length ? path[over.length] : undefined;
    if (!ancestor) break;
    over.push(ancestor);
  }
  return over;
}
