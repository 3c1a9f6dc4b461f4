// The lines of a payload as they are drawn: folded brackets closed, matches of a search marked. Pure.
import type { CodeLine, Token as CodeToken, TokenKind as CodeKind } from "$lib/components/code";
import { i18n } from "$lib/i18n";
import type { FieldAt, Format, Line, PayloadRow, Token, TokenKind } from "$lib/ipc/generated";

const kinds: Record<TokenKind, CodeKind> = {
  key: "key",
  str: "str",
  num: "num",
  bool: "bool",
  null: "null",
  punct: "punct",
  tag: "null",
  text: "text",
  invalid: "bool",
  offset: "punct",
  byte: "text",
  ascii: "str",
};

const textOf = (line: Line) => line.tokens.map((token) => token.text).join("");

/** From and to in the text of a line. */
type Range = readonly [number, number];

const encoder = new TextEncoder();

/** A piece of a line; a number that can be charted knows where it stands in the payload. */
export interface DrawnToken extends CodeToken {
  path?: string;
}

/** A token cut where matches begin and end. `from` is where it stands in its line. */
function cut(token: Token, from: number, hits: readonly Range[], current?: Range): DrawnToken[] {
  const whole: DrawnToken = {
    kind: kinds[token.kind],
    text: token.text,
    ...(token.path !== null && { pick: true, path: token.path }),
  };
  const parts: DrawnToken[] = [];
  let at = 0;
  for (const hit of hits) {
    const [first, last] = hit;
    const start = Math.max(0, first - from);
    const end = Math.min(token.text.length, last - from);
    if (start >= end) continue;
    if (start > at) parts.push({ ...whole, text: token.text.slice(at, start) });
    parts.push({
      kind: whole.kind,
      text: token.text.slice(start, end),
      hit: true,
      ...(hit === current && { current: true }),
    });
    at = end;
  }
  if (parts.length === 0) return [whole];
  if (at < token.text.length) parts.push({ ...whole, text: token.text.slice(at) });
  return parts;
}

function tokensOf(line: Line, hits: readonly Range[] = [], current?: Range): DrawnToken[] {
  let from = 0;
  return line.tokens.flatMap((token) => {
    const parts = cut(token, from, hits, current);
    from += token.text.length;
    return parts;
  });
}

export interface DrawnLine extends CodeLine {
  /** Index among all lines. */
  index: number;
}

export interface Drawing {
  folded: ReadonlySet<number>;
  /** "3 keys", "12 items": what a closed bracket hides. */
  describe: (opening: string, items: number) => string;
}

/** What a closed bracket or element hides, by the last character that opens it. */
export function described(opening: string, count: number): string {
  const { explore, decoders } = i18n.m;
  const words = opening.endsWith(">")
    ? decoders.elements
    : opening.endsWith("[")
      ? explore.items
      : explore.keys;
  return words({ count });
}

/** The lines to draw. A folded bracket takes the lines down to the one that closes it into its own. */
export function drawLines(lines: readonly Line[], { folded, describe }: Drawing): DrawnLine[] {
  const byNumber = new Map(
    lines.flatMap((line, index) => (line.no === null ? [] : [[line.no, index] as const])),
  );
  const drawn: DrawnLine[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] as Line;
    const was = line.tokens.flatMap((token) => (token.was === null ? [] : [token.was])).join(", ");
    const drawnLine: DrawnLine = {
      index,
      no: line.no,
      indent: line.indent,
      tokens: tokensOf(line),
      ...(line.change && { mark: line.change }),
      ...(was !== "" && { was }),
    };
    if (line.foldTo !== null && line.no !== null) {
      const end = byNumber.get(line.foldTo);
      const shut = folded.has(line.no) && end !== undefined;
      drawnLine.fold = shut ? "closed" : "open";
      if (shut) {
        const closing = lines[end] as Line;
        drawnLine.tokens = [...drawnLine.tokens, { kind: "punct", text: textOf(closing).trimStart() }];
        drawnLine.folded = describe(line.tokens.at(-1)?.text.trim() ?? "", line.foldItems ?? 0);
        index = end;
      }
    }
    drawn.push(drawnLine);
  }
  return drawn;
}

/** The match that begins at a byte of a line's text, as the search counts. */
function hitAt(line: Line, hits: readonly Range[], from: number): Range | undefined {
  const text = textOf(line);
  return hits.find(([first]) => encoder.encode(text.slice(0, first)).length === from);
}

/** The rows of a whole payload to draw; what is closed comes closed. `current` is the match that is looked at. */
export function drawRows(
  rows: readonly PayloadRow[],
  describe: (opening: string, items: number) => string,
  current: { at: number; from: number } | null = null,
): DrawnLine[] {
  return rows.map(({ row, line, closed, hits }, at) => ({
    index: row,
    no: line.no,
    indent: line.indent,
    tokens: tokensOf(line, hits, current?.at === at ? hitAt(line, hits, current.from) : undefined),
    ...(line.foldTo !== null && { fold: closed ? "closed" : "open" }),
    ...(closed && { folded: describe(line.tokens.at(-2)?.text.trim().at(-1) ?? "", line.foldItems ?? 0) }),
  }));
}

/**
 * Where the value of a line is found in its payload. Lines of a structure name their value, because a comparison or
 * a beginning is laid out otherwise than the whole; any other line stands on a row. Null where no value begins, and
 * for a line that the message no longer has.
 */
export function fieldAt(lines: readonly Line[], index: number, format: Format | null): FieldAt | null {
  const line = lines[index];
  if (!line || line.change === "removed") return null;
  if (line.value !== null) return { kind: "value", format, value: line.value };
  if (lines.some(({ value }) => value !== null)) return null;
  const row = lines.slice(0, index).filter(({ change }) => change !== "removed").length;
  return { kind: "row", shape: { format, columns: null }, row };
}
