// The lines of a payload as they are drawn. Tokens are text and never markup.

export type TokenKind = "key" | "str" | "num" | "bool" | "null" | "punct" | "text" | "tmpl";

export interface Token {
  kind: TokenKind;
  text: string;
  /** Part of a search match. */
  hit?: boolean;
  /** The match that is looked at: it is brought into view where its line is cut off. */
  current?: boolean;
  /** The token can be picked: a number that can be charted. */
  pick?: boolean;
}

export interface CodeLine {
  /** Line number, or null where there is none. */
  no: number | null;
  /** Levels of two columns. */
  indent: number;
  tokens: readonly Token[];
  mark?: "changed" | "added" | "removed";
  /** What the line said before, printed after it. */
  was?: string;
  fold?: "open" | "closed";
  /** What a closed fold hides: "3 keys". It stands before the last token. */
  folded?: string;
}

/** What stands before a line that is not what it was. */
export const marks = { changed: "", added: "+", removed: "−" };

/** Deeper lines are drawn no further to the right, so that they stay in view. */
export const DEEPEST = 40;

/** Columns that a line stands in from the left. */
export function columns(indent: number): number {
  return Math.min(indent, DEEPEST) * 2;
}
