import { expect, test } from "vitest";
import { splitSegment, splitText, topicText, type Piece } from "./segment";

const text = (pieces: Piece[]) => pieces.map((piece) => piece.text).join("");

test("a short segment is one piece and has no tail", () => {
  expect(splitSegment("press-04")).toEqual({
    head: [{ kind: "plain", text: "press-04", hit: false }],
    tail: [],
  });
});

test("a long segment keeps 8 to 18 characters of its end", () => {
  const long = splitSegment("TechnicalProperties_RatedForceAtBottomDeadCentre_kN");
  expect(text(long.tail)).toBe("dCentre_kN");
  expect(text(long.head) + text(long.tail)).toBe("TechnicalProperties_RatedForceAtBottomDeadCentre_kN");
  expect(text(splitSegment("x".repeat(27)).tail)).toHaveLength(8);
  expect(text(splitSegment("x".repeat(400)).tail)).toHaveLength(18);
});

test("a cut never divides a character of two units", () => {
  const name = "a".repeat(20) + "🌳".repeat(10);
  const long = splitSegment(name);
  expect(text(long.head) + text(long.tail)).toBe(name);
  expect(text(long.tail).startsWith("🌳")).toBe(true);
});

test("a cut never divides an emoji of several characters, and joiners without one keep nothing whole", () => {
  const family = "👨\u200d👩\u200d👧";
  for (let length = 18; length < 30; length += 1) {
    const name = "a".repeat(length) + family + "b".repeat(4);
    const long = splitSegment(name);
    expect(text(long.head) + text(long.tail)).toBe(name);
  }
  const joiners = splitSegment("a".repeat(200) + "\u200d".repeat(60_000));
  expect(text(joiners.head).length).toBeLessThan(400);
});

test("spaces, control characters and changes of direction can be seen", () => {
  expect(splitSegment(" a\u0000\u202eb").head).toEqual([
    { kind: "space", text: "·", hit: false },
    { kind: "plain", text: "a", hit: false },
    { kind: "control", text: "␀U+202E", hit: false },
    { kind: "plain", text: "b", hit: false },
  ]);
});

test("a hit is marked where it is, also across the cut", () => {
  expect(splitSegment("oil_temp", [[0, 3]]).head).toEqual([
    { kind: "plain", text: "oil", hit: true },
    { kind: "plain", text: "_temp", hit: false },
  ]);
  const long = splitSegment("abcdefghijklmnopqrstuvwxyz0123456789", [[26, 30]]);
  const hits = [...long.head, ...long.tail].filter((piece) => piece.hit);
  expect(text(hits)).toBe("0123");
});

test("what could disguise a topic is written out", () => {
  for (const character of [
    "\u061c",
    "\u00ad",
    "\u2028",
    "\u2066",
    "\u2060",
    "\ufeff",
    "\u{e0041}",
    "\u0085",
  ]) {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    expect(splitSegment(`a${character}`).head.at(-1)).toEqual({
      kind: "control",
      text: `U+${code}`,
      hit: false,
    });
  }
  expect(text(splitSegment("a\u2003b").head)).toBe("a·b");
  // Letters that are written from right to left are letters, and joiners belong to scripts and emoji.
  expect(splitSegment("שלום/👨‍👩‍👧").head).toEqual([{ kind: "plain", text: "שלום/👨‍👩‍👧", hit: false }]);
});

test("of the longest level only what has room is drawn, with its end", () => {
  const longest = splitSegment("x".repeat(65_530) + "the-end");
  expect(text(longest.head)).toHaveLength(201);
  expect(text(longest.head).endsWith("…")).toBe(true);
  expect(text(longest.tail).endsWith("the-end")).toBe(true);
});

test("a topic in a tooltip is safe and never fills the screen", () => {
  expect(topicText("a/\u202eb\u0000/ c")).toBe("a/U+202Eb␀/ c");
  const long = topicText("🌳".repeat(30_000));
  expect(long.length).toBeLessThan(620);
  expect(long).toContain("…");
  expect(() => encodeURIComponent(long)).not.toThrow();
});

test("several hits are marked, in a value too", () => {
  const marked = splitSegment("line-2", [
    [0, 1],
    [5, 6],
  ]).head;
  expect(marked.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(["l", "2"]);
  expect(splitText("error 7", [[0, 5]])).toEqual([
    { text: "error", hit: true },
    { text: " 7", hit: false },
  ]);
  expect(splitText("", [])).toEqual([]);
});
