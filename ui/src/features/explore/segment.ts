// How a level of a topic is written in a row: what cannot be seen is made visible, and a long one gives
// way in the middle. Pure, so that it can be tested without a layout.

import { charactersOf, written, type Character } from "$lib/unseen";

export type PieceKind = "plain" | "space" | "control";

export interface Piece {
  kind: PieceKind;
  text: string;
  /** Part of what the filter hit. */
  hit: boolean;
}

export interface Segment {
  /** Gives way when there is no room. */
  head: Piece[];
  /** Always stays; empty where the segment is short. */
  tail: Piece[];
}

/** Shorter segments are cut at the end by the row itself, if at all. */
const LONG = 26;
const TAIL_LEAST = 8;
const TAIL_MOST = 18;
/** More of a level is never drawn: it may have 65,535 bytes, and no row has room for them. */
const DRAWN = 200;
/** Most characters of a topic in a tooltip or a menu. */
const WHOLE = 600;

/** Any space but the plain one could pass for it or for nothing. */
function isSpace(code: number): boolean {
  return code === 0x20 || code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || code === 0x3000;
}

function kindOf({ code, unseen }: Character): PieceKind {
  if (isSpace(code)) return "space";
  return unseen ? "control" : "plain";
}

function drawn(kind: PieceKind, { text, code }: Character): string {
  if (kind === "space") return "·";
  return kind === "plain" ? text : written(code);
}

/** From and to, in UTF-16 units of the whole text. */
export type Range = readonly [number, number];

/** The pieces of a text that stands at `from` in its segment; `hits` count in units of the segment. */
function pieces(text: string, from: number, hits: readonly Range[]): Piece[] {
  const found: Piece[] = [];
  let at = from;
  for (const character of charactersOf(text)) {
    const kind = kindOf(character);
    const inHit = hits.some(([start, end]) => at >= start && at < end);
    const last = found.at(-1);
    if (last && last.kind === kind && last.hit === inHit) last.text += drawn(kind, character);
    else found.push({ kind, text: drawn(kind, character), hit: inHit });
    at += character.text.length;
  }
  return found;
}

/** The longest emoji, a family with tones of skin. */
const JOINED = 16;

/** Never between the two halves of a character outside the basic plane, nor within an emoji of several. */
function onCharacter(text: string, at: number): number {
  const isHalf = (code: number) => code >= 0xdc00 && code <= 0xdfff;
  const isJoin = (code: number) => code === 0x200d || code === 0xfe0f;
  const inside = (at: number) =>
    isHalf(text.charCodeAt(at)) || isJoin(text.charCodeAt(at)) || text.charCodeAt(at - 1) === 0x200d;
  let end = at;
  // Joiners without an end are no emoji, and are not to keep a long name whole.
  while (inside(end) && end - at < JOINED) end += 1;
  return isHalf(text.charCodeAt(end)) ? end + 1 : end;
}

export function splitSegment(segment: string, hits: readonly Range[] = []): Segment {
  if (segment.length <= LONG) return { head: pieces(segment, 0, hits), tail: [] };
  const keep = Math.min(TAIL_MOST, Math.max(TAIL_LEAST, Math.floor(segment.length / 5)));
  const cut = onCharacter(segment, segment.length - keep);
  const end = cut > DRAWN ? onCharacter(segment, DRAWN) : cut;
  const head = pieces(segment.slice(0, end), 0, hits);
  if (end < cut) head.push({ kind: "plain", text: "…", hit: false });
  return { head, tail: pieces(segment.slice(cut), cut, hits) };
}

/** A topic as plain text that is safe to show: the unseen is written out, and a very long one gives way. */
export function topicText(topic: string): string {
  const long = topic.length > WHOLE;
  const end = long ? onCharacter(topic, WHOLE - 100) : topic.length;
  const parts = long
    ? [topic.slice(0, end), "…", topic.slice(onCharacter(topic, topic.length - 100))]
    : [topic];
  const letters = charactersOf(parts.join("")).map(({ text, code, unseen }) =>
    unseen ? written(code) : text,
  );
  return letters.join("");
}

/** A text on one line in parts that a filter hit and parts that it did not. */
export function splitText(text: string, hits: readonly Range[]): { text: string; hit: boolean }[] {
  const parts: { text: string; hit: boolean }[] = [];
  let at = 0;
  for (const [start, end] of hits) {
    if (start > at) parts.push({ text: text.slice(at, start), hit: false });
    parts.push({ text: text.slice(start, end), hit: true });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), hit: false });
  return parts;
}
