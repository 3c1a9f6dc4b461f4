import { expect, test } from "vitest";
import type { DiffKind, DiffLine, Token } from "$lib/ipc/generated";
import { inlineRows, nextDifference, pairLines } from "./diff";

const token = (kind: Token["kind"], text: string): Token => ({ kind, text, path: null, was: null });
const entry = (kind: DiffKind, key: string, value: string): DiffLine => ({
  kind,
  indent: 1,
  tokens: [token("key", `"${key}"`), token("punct", ": "), token("num", value), token("punct", ",")],
});

test("a changed value stands beside its old one and only the value is marked", () => {
  const [row] = pairLines([entry("removed", "force", "608.1"), entry("added", "force", "612.4")]);
  expect(row?.kind).toBe("changed");
  expect(row?.a?.tokens.filter((one) => one.differs).map((one) => one.token.text)).toEqual(["608.1"]);
  expect(row?.b?.tokens.filter((one) => one.differs).map((one) => one.token.text)).toEqual(["612.4"]);
});

test("what has no counterpart stands alone, and both sides keep their own numbers", () => {
  const rows = pairLines([
    entry("same", "seq", "1"),
    entry("removed", "jog", "0.5"),
    entry("removed", "mode", "1"),
    entry("added", "mode", "2"),
    entry("added", "target", "42000"),
    entry("same", "ok", "1"),
  ]);
  expect(rows.map((row) => [row.kind, row.a?.no ?? null, row.b?.no ?? null])).toEqual([
    ["same", 1, 1],
    ["removed", 2, null],
    ["changed", 3, 2],
    ["added", null, 3],
    ["same", 4, 4],
  ]);
});

test("inline shows a changed line as removed, then added", () => {
  const rows = pairLines([entry("removed", "x", "1"), entry("added", "x", "2"), entry("same", "y", "1")]);
  expect(inlineRows(rows).map((row) => row.kind)).toEqual(["removed", "added", "same"]);
});

test("differences are walked by stretches, both ways", () => {
  const differs = [false, true, true, false, true];
  expect(nextDifference(differs, -1, 1)).toBe(1);
  expect(nextDifference(differs, 1, 1)).toBe(4);
  expect(nextDifference(differs, 4, 1)).toBe(-1);
  expect(nextDifference(differs, 4, -1)).toBe(1);
  expect(nextDifference(differs, 1, -1)).toBe(-1);
});
