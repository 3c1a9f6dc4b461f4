import { expect, test } from "vitest";
import { charactersOf } from "./unseen";

const unseen = (text: string) =>
  charactersOf(text)
    .filter((character) => character.unseen)
    .map((character) => character.code);

test("what makes a character another one is part of it", () => {
  for (const text of [
    "👨\u200d👩\u200d👧",
    "👩🏽\u200d🏭",
    "❤\ufe0f\u200d🔥",
    "1\ufe0f\u20e3",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "°C ⚠\ufe0f ©\ufe0e",
    "می\u200cخواهم",
    "ශ\u0dca\u200dර\u0dd3",
    "葛\u{e0100}",
    "창원 2공장 Ünïcode",
  ])
    expect(unseen(text), text).toEqual([]);
});

test("what could disguise a text is unseen", () => {
  for (const [text, codes] of [
    ["ad\u200dmin", [0x200d]],
    ["창\u200c원", [0x200c]],
    ["👨\u200d", [0x200d]],
    ["👨\u200d\u200d👩", [0x200d, 0x200d]],
    ["a\ufe0f", [0xfe0f]],
    ["1\ufe0f2", [0xfe0f]],
    ["❤\ufe0f\ufe0f", [0xfe0f]],
    ["가\u{e0100}", [0xe0100]],
    ["🏴\u{e0061}\u{e007f}", [0xe0061, 0xe007f]],
    ["a\u{e0041}", [0xe0041]],
    ["\u0000\u0085\u202e\ufeff\u2060\u00ad", [0, 0x85, 0x202e, 0xfeff, 0x2060, 0xad]],
    ["\ufdd0\ufffe\uffff\u{1fffe}\u{10ffff}", [0xfdd0, 0xfffe, 0xffff, 0x1fffe, 0x10ffff]],
    ["\u3164\uffa0\u115f\u034f", [0x3164, 0xffa0, 0x115f, 0x34f]],
  ] as const)
    expect(unseen(text), JSON.stringify(text)).toEqual(codes);
});
