// Which rows stay at the top of the tree while their branches scroll away below them.
import type { TreeFrame, TreeRow } from "$lib/ipc/generated";

/** More would leave no room for what is looked at. */
const MOST = 8;

/**
 * The ancestors that stand over the rows in view, outermost first; `edge` is the row at the upper edge.
 * Each takes the place of one row, so each is judged by the row it would cover. Of more than have room the
 * nearest stay: they say where one is. The backend sends only the nearest as well, so a row's place is its depth
 * and never where it stands in the list.
 */
export function ancestorsOver(frame: Pick<TreeFrame, "first" | "rows" | "sticky">, edge: number): TreeRow[] {
  const { first, rows, sticky } = frame;
  if (edge < first || edge >= first + rows.length) return [];
  /** The way down to the row looked at last; at its depth stands the row itself. */
  const path: TreeRow[] = [];
  for (const row of sticky) path[row.depth] = row;
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
  let over: TreeRow[] = [];
  for (let room = 1; room <= MOST; room++) {
    const covered = walkTo(edge + room - 1);
    const known = covered ? path.slice(0, covered.depth).filter((row) => row !== undefined) : [];
    if (known.length < room) break;
    // Where all of them have room each level keeps its place; the outermost give way only to the last one.
    over = room < MOST ? known.slice(0, room) : known.slice(-MOST);
  }
  return over;
}
