export interface PhrasePart {
  kind: "plain" | "bold" | "mono";
  text: string;
}

// Private-use characters stand for the values while the marks of the message are read.
const OPEN = "\uE000";
const CLOSE = "\uE001";
const place = new RegExp(`${OPEN}(\\d+)${CLOSE}`, "g");
const marks = /\*\*(.+?)\*\*|`(.+?)`/g;

/** Splits a message at its marks. Texts among the values are put in last and never read as marks. */
export function phrase<V extends object>(text: string | ((values: V) => string), values?: V): PhrasePart[] {
  const kept: string[] = [];
  const stand = Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [
      name,
      typeof value === "string" ? `${OPEN}${kept.push(value) - 1}${CLOSE}` : value,
    ]),
  ) as V;
  const message = typeof text === "string" ? text : text(stand);
  const fill = (piece: string) => piece.replace(place, (_, i: string) => kept[Number(i)] ?? "");

  const parts: PhrasePart[] = [];
  let end = 0;
  for (const found of message.matchAll(marks)) {
    if (found.index > end) parts.push({ kind: "plain", text: fill(message.slice(end, found.index)) });
    const [whole, bold, mono] = found;
    parts.push(
      bold === undefined ? { kind: "mono", text: fill(mono ?? "") } : { kind: "bold", text: fill(bold) },
    );
    end = found.index + whole.length;
  }
  if (end < message.length) parts.push({ kind: "plain", text: fill(message.slice(end)) });
  return parts;
}
