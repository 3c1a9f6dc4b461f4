// The lines of a payload as they are drawn: folded brackets closed, matches of a search marked. Pure.
import type { CodeLine, Token as CodeToken, TokenKind as CodeKind } from "$lib/components/code";
import type { Line, Token, TokenKind } from "$lib/ipc/generated";

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

/** A place where the search text stands. */
export interface Match {
  /** Index among all lines. */
  line: number;
  start: number;
  end: number;
}

const textOf = (line: Line) => line.tokens.map((token) => token.text).join("");

/** Every place of the text, in any case; no more than `most` of them. */
export function findIn(lines: readonly Line[], text: string, most = 10_000): Match[] {
  const wanted = text.toLowerCase();
  const found: Match[] = [];
  if (wanted === "") return found;
  for (const [line, { tokens }] of lines.entries()) {
    const hay = tokens
      .map((token) => token.text)
      .join("")
      .toLowerCase();
    for (let at = hay.indexOf(wanted); at >= 0; at = hay.indexOf(wanted, at + wanted.length)) {
      if (found.length === most) return found;
      found.push({ line, start: at, end: at + wanted.length });
    }
  }
  return found;
}

/** A piece of a line; a number that can be charted knows where it stands in the payload. */
export interface DrawnToken extends CodeToken {
  path?: string;
}

/** A token cut where matches begin and end. `from` is where it stands in its line. */
function cut(token: Token, from: number, matches: readonly Match[]): DrawnToken[] {
  const whole: DrawnToken = {
    kind: kinds[token.kind],
    text: token.text,
    ...(token.path !== null && { pick: true, path: token.path }),
  };
  const parts: DrawnToken[] = [];
  let at = 0;
  for (const match of matches) {
    const start = Math.max(0, match.start - from);
    const end = Math.min(token.text.length, match.end - from);
    if (start >= end) continue;
    if (start > at) parts.push({ ...whole, text: token.text.slice(at, start) });
    parts.push({ kind: whole.kind, text: token.text.slice(start, end), hit: true });
    at = end;
  }
  if (parts.length === 0) return [whole];
  if (at < token.text.length) parts.push({ ...whole, text: token.text.slice(at) });
  return parts;
}

function tokensOf(line: Line, matches: readonly Match[]): DrawnToken[] {
  let from = 0;
  return line.tokens.flatMap((token) => {
    const parts = cut(token, from, matches);
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
  matches: readonly Match[];
  /** "3 keys", "12 items": what a closed bracket hides. */
  describe: (opening: string, items: number) => string;
}

/** The lines to draw. A folded bracket takes the lines down to the one that closes it into its own. */
export function drawLines(lines: readonly Line[], { folded, matches, describe }: Drawing): DrawnLine[] {
  const byLine = new Map<number, Match[]>();
  for (const match of matches) {
    const all = byLine.get(match.line);
    if (all) all.push(match);
    else byLine.set(match.line, [match]);
  }
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
      tokens: tokensOf(line, byLine.get(index) ?? []),
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

/** The numbers of the folded lines that hide this one, so that a match inside can be shown. */
export function foldsOver(lines: readonly Line[], index: number, folded: ReadonlySet<number>): number[] {
  const no = lines[index]?.no;
  if (typeof no !== "number") return [];
  return lines.flatMap((line) =>
    line.no !== null && line.foldTo !== null && folded.has(line.no) && line.no < no && no <= line.foldTo
      ? [line.no]
      : [],
  );
}
