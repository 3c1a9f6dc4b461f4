import { expect, test } from "vitest";
import type { Line, PayloadRow, Token } from "$lib/ipc/generated";
import { drawLines, drawRows, fieldAt } from "./payload";

const token = (text: string, more: Partial<Token> = {}): Token => ({
  kind: "text",
  text,
  path: null,
  was: null,
  ...more,
});
const line = (no: number | null, tokens: Token[], more: Partial<Line> = {}): Line => ({
  no,
  indent: 0,
  tokens,
  foldTo: null,
  foldItems: null,
  value: null,
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
const draw = (folded: number[] = []) =>
  drawLines(payload, {
    folded: new Set(folded),
    describe: (opening, items) => `${items} in ${opening}`,
  });
const row = (at: number, one: Line, more: Partial<PayloadRow> = {}): PayloadRow => ({
  row: at,
  line: one,
  closed: false,
  continues: false,
  hits: [],
  ...more,
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
  const drawn = drawLines(part, { folded: new Set([2]), describe: () => "" });
  expect(drawn.map((one) => one.no)).toEqual([1, 2, 3]);
});

test("what was found is marked across tokens", () => {
  const drawn = drawRows([row(2, payload[2] as Line, { hits: [[5, 9]] })], () => "");
  expect(drawn[0]?.tokens).toEqual([
    { kind: "key", text: '"wear' },
    { kind: "key", text: '"', hit: true },
    { kind: "text", text: ": ", hit: true },
    { kind: "num", text: "0", hit: true },
    { kind: "num", text: ".37", pick: true, path: "$.tool.wear" },
  ]);
});

test("the match that is looked at is told from the others on its row", () => {
  const text = "온도 20, 온도 21";
  const rows = [
    row(0, line(1, [token(text)]), { hits: [[0, 2]] }),
    row(1, line(2, [token(text)]), {
      hits: [
        [0, 2],
        [7, 9],
      ],
    }),
  ];
  // The search counts bytes of UTF-8: three for each syllable.
  const marked = drawRows(rows, () => "", { at: 1, from: 11 }).map(({ tokens }) =>
    tokens.flatMap((one) => (one.hit ? [one.current === true] : [])),
  );
  expect(marked).toEqual([[false], [false, true]]);
});

test("a closed row says what it hides before the bracket that closes it", () => {
  const open = line(2, [token('"tool"', { kind: "key" }), token(": {", { kind: "punct" }), token("}")], {
    foldTo: 4,
    foldItems: 3,
  });
  const [drawn] = drawRows([row(1, open, { closed: true })], (opening, items) => `${items} in ${opening}`);
  expect(drawn).toMatchObject({ index: 1, fold: "closed", folded: "3 in {" });
  expect(drawRows([row(1, open)], () => "")[0]?.fold).toBe("open");
});

test("a line stands on a row, one that is gone on none", () => {
  const lines = [
    line(1, []),
    line(null, [], { change: "removed" }),
    line(2, [], { change: "added" }),
    line(null, []),
  ];
  const at = (row: number) => ({ kind: "row", shape: { format: "text", columns: null }, row });
  expect(lines.map((_, index) => fieldAt(lines, index, "text"))).toEqual([at(0), null, at(1), at(2)]);
  expect(fieldAt(lines, -1, "text")).toBeNull();
});

test("a line of a structure has the value that it names", () => {
  const lines = [
    line(1, [], { value: 0 }),
    line(null, [], { value: 1, change: "removed" }),
    line(2, [], { value: 1, change: "changed" }),
    line(3, []),
  ];
  const at = (value: number) => ({ kind: "value", format: null, value });
  expect(lines.map((_, index) => fieldAt(lines, index, null))).toEqual([at(0), null, at(1), null]);
});
