// Two messages side by side: what was removed and what was added in its place stand on one row. Pure.
import type { DiffLine, Token } from "$lib/ipc/generated";

export type RowKind = "same" | "changed" | "added" | "removed";

export interface Side {
  no: number;
  indent: number;
  tokens: { token: Token; differs: boolean }[];
}

export interface DiffRow {
  kind: RowKind;
  a: Side | null;
  b: Side | null;
}

const plain = (tokens: readonly Token[]) => tokens.map((token) => ({ token, differs: false }));
const same = (x: Token | undefined, y: Token | undefined) => x?.kind === y?.kind && x?.text === y?.text;

/** Marks what is between the common start and the common end of two lines. */
function mark(a: readonly Token[], b: readonly Token[]): [Side["tokens"], Side["tokens"]] {
  let start = 0;
  while (start < Math.min(a.length, b.length) && same(a[start], b[start])) start++;
  let end = 0;
  const room = Math.min(a.length, b.length) - start;
  while (end < room && same(a[a.length - 1 - end], b[b.length - 1 - end])) end++;
  const side = (tokens: readonly Token[]) =>
    tokens.map((token, i) => ({ token, differs: i >= start && i < tokens.length - end }));
  return [side(a), side(b)];
}

/** How alike two lines are: the key decides, so that a changed value stays beside its old one. */
function belongs(a: DiffLine, b: DiffLine): boolean {
  if (a.indent !== b.indent) return false;
  const keyOf = (line: DiffLine) => line.tokens.find((token) => token.kind === "key")?.text;
  return keyOf(a) === keyOf(b);
}

export function pairLines(lines: readonly DiffLine[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let noA = 0;
  let noB = 0;
  let at = 0;
  const a = (line: DiffLine, tokens = plain(line.tokens)): Side => ({
    no: ++noA,
    indent: line.indent,
    tokens,
  });
  const b = (line: DiffLine, tokens = plain(line.tokens)): Side => ({
    no: ++noB,
    indent: line.indent,
    tokens,
  });
  while (at < lines.length) {
    const line = lines[at] as DiffLine;
    if (line.kind === "same") {
      rows.push({ kind: "same", a: a(line), b: b(line) });
      at++;
      continue;
    }
    // A stretch of removed and added lines: pair those that belong together, in order.
    const removed: DiffLine[] = [];
    const added: DiffLine[] = [];
    for (; at < lines.length && lines[at]?.kind !== "same"; at++) {
      const one = lines[at] as DiffLine;
      (one.kind === "removed" ? removed : added).push(one);
    }
    let next = 0;
    for (const gone of removed) {
      const twin = added.findIndex((come, i) => i >= next && belongs(gone, come));
      if (twin < 0) {
        rows.push({ kind: "removed", a: a(gone), b: null });
        continue;
      }
      for (const come of added.slice(next, twin)) rows.push({ kind: "added", a: null, b: b(come) });
      const come = added[twin] as DiffLine;
      const [left, right] = mark(gone.tokens, come.tokens);
      rows.push({ kind: "changed", a: a(gone, left), b: b(come, right) });
      next = twin + 1;
    }
    for (const come of added.slice(next)) rows.push({ kind: "added", a: null, b: b(come) });
  }
  return rows;
}

export interface InlineRow {
  kind: "same" | "added" | "removed";
  side: Side;
}

/** The same, one below the other. */
export function inlineRows(rows: readonly DiffRow[]): InlineRow[] {
  return rows.flatMap(({ kind, a, b }): InlineRow[] => {
    if (kind === "same" && b) return [{ kind: "same", side: b }];
    const removed: InlineRow[] = a ? [{ kind: "removed", side: a }] : [];
    return b ? [...removed, { kind: "added", side: b }] : removed;
  });
}

/** The first row of the next stretch that differs (`by` 1) or of the one before (-1); -1 if there is none. */
export function nextDifference(differs: readonly boolean[], from: number, by: 1 | -1): number {
  for (let at = from + by; at >= 0 && at < differs.length; at += by) {
    if (differs[at] && !differs[at - 1]) return at;
  }
  return -1;
}
