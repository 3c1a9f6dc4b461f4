import { expect, test } from "vitest";
import type { Line, Token } from "$lib/ipc/generated";
import { drawLines, findIn, foldsOver } from "./payload";

const token = (text: string, more: Partial<Token> = {}): Token => ({
  kind: "text",
  text,
  path: null,
  was: null,
  ...more,
});
const line = (no: number, tokens: Token[], more: Partial<Line> = {}): Line => ({
  no,
  indent: 0,
  tokens,
  foldTo: null,
  foldItems: null,
  change: null,
  ...more,
});

const payload: Line[] = [
  line(1, [token("{", { kind: "punct" })], { foldTo: 6, foldItems: 2 }),
  line(2, [token('"tool"', { kind: "key" }), token(": {", { kind: "punct" })], { foldTo: 4, foldItems: 1 }),
  line(3, [
    token('"wear"', { kind: "key" }),
    token(": "),
    token("0.37", { kind: "num", path: "$.tool.wear" }),
  ]),
  line(4, [token("},", { kind: "punct" })]),
  line(
    5,
    [token('"n"', { kind: "key" }), token(": "), token("612.4", { kind: "num", path: "$.n", was: "611.9" })],
    {
      change: "changed",
    },
  ),
  line(6, [token("}", { kind: "punct" })]),
];
const draw = (folded: number[] = [], find = "") =>
  drawLines(payload, {
    folded: new Set(folded),
    matches: findIn(payload, find),
    describe: (opening, items) => `${items} in ${opening}`,
  });

test("an open payload draws every line, with changes and numbers to pick", () => {
  const drawn = draw();
  expect(drawn.map((one) => one.no)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(drawn[4]).toMatchObject({ mark: "changed", was: "611.9" });
  expect(drawn[4]?.tokens.at(-1)).toEqual({ kind: "num", text: "612.4", pick: true, path: "$.n" });
  expect(drawn[0]?.fold).toBe("open");
});

test("a folded bracket becomes one line that says what it hides", () => {
  const drawn = draw([2]);
  expect(drawn.map((one) => one.no)).toEqual([1, 2, 5, 6]);
  expect(drawn[1]).toMatchObject({ fold: "closed", folded: "1 in : {" });
  expect(drawn[1]?.tokens.at(-1)?.text).toBe("},");
  expect(draw([1]).map((one) => one.no)).toEqual([1]);
});

test("a bracket whose end was not loaded cannot be folded", () => {
  const part = payload.slice(0, 3);
  const drawn = drawLines(part, { folded: new Set([2]), matches: [], describe: () => "" });
  expect(drawn.map((one) => one.no)).toEqual([1, 2, 3]);
});

test("a match is found in any case and across tokens", () => {
  expect(findIn(payload, "WEAR")).toEqual([{ line: 2, start: 1, end: 5 }]);
  expect(findIn(payload, '": 0')).toEqual([{ line: 2, start: 5, end: 9 }]);
  expect(draw([], '": 0')[2]?.tokens).toEqual([
    { kind: "key", text: '"wear' },
    { kind: "key", text: '"', hit: true },
    { kind: "text", text: ": ", hit: true },
    { kind: "num", text: "0", hit: true },
    { kind: "num", text: ".37", pick: true, path: "$.tool.wear" },
  ]);
});

test("matches do not overlap and are bounded", () => {
  const lines = [line(1, [token("aaaa")])];
  expect(findIn(lines, "aa")).toHaveLength(2);
  expect(findIn(lines, "a", 3)).toHaveLength(3);
  expect(findIn(lines, "")).toEqual([]);
});

test("the folds that hide a line are known, outer ones too", () => {
  expect(foldsOver(payload, 2, new Set([1, 2]))).toEqual([1, 2]);
  expect(foldsOver(payload, 4, new Set([2]))).toEqual([]);
});
