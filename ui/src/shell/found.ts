// What the palette finds for what was typed. Pure.

export interface Found<T> {
  item: T;
  /** Where the text stands in the label; null where nothing was typed. */
  hit: [number, number] | null;
}

/** Those whose label contains the text, in any case: first those that begin with it. */
export function among<T>(items: readonly T[], text: string, label: (item: T) => string): Found<T>[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return items.map((item) => ({ item, hit: null }));
  return items
    .flatMap((item): { item: T; at: number }[] => {
      const at = label(item).toLowerCase().indexOf(wanted);
      return at < 0 ? [] : [{ item, at }];
    })
    .sort((x, y) => Number(x.at > 0) - Number(y.at > 0))
    .map(({ item, at }) => ({ item, hit: [at, at + wanted.length] }));
}

/** A label in three parts: before, the hit, after. */
export function parts(label: string, hit: readonly [number, number] | null): [string, string, string] {
  return hit ? [label.slice(0, hit[0]), label.slice(hit[0], hit[1]), label.slice(hit[1])] : [label, "", ""];
}
