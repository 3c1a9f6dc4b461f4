import { expect, test } from "vitest";
import { ancestorsOver } from "./ancestors";
import { treeRow } from "./treeRow.fixture";

const over = (first: number, sticky: string[], rows: string[], edge: number) =>
  ancestorsOver(
    { first, sticky: sticky.map((topic) => treeRow(topic)), rows: rows.map((topic) => treeRow(topic)) },
    edge,
  ).map((one) => one.topic);

test("nothing stays over a tree that is not scrolled", () => {
  expect(over(0, [], ["a", "a/b", "a/b/c"], 0)).toEqual([]);
});

test("the branch that scrolled away stays, each level in its own place", () => {
  const rows = ["a", "a/b", "a/b/c", "a/b/d", "a/b/e", "f"];
  expect(over(0, [], rows, 2)).toEqual(["a", "a/b"]);
});

test("ancestors above the frame come from the backend", () => {
  expect(over(500, ["a", "a/b"], ["a/b/x", "a/b/y", "a/b/z", "a/b/zz"], 500)).toEqual(["a", "a/b"]);
});

test("a level stays only while the row it would cover is below it", () => {
  expect(over(0, [], ["a", "a/b", "c", "c/d"], 1)).toEqual(["a"]);
  expect(over(0, [], ["a", "a/b", "c", "c/d"], 2)).toEqual([]);
});

test("a new branch takes the place of the old one at the same depth", () => {
  const rows = ["a", "a/b", "a/b/c", "d", "d/e", "d/e/f", "d/e/g", "d/e/h"];
  expect(over(0, [], rows, 5)).toEqual(["d", "d/e"]);
});

test("an edge outside of the frame shows nothing rather than a guess", () => {
  expect(over(100, ["a"], ["a/b"], 40)).toEqual([]);
});

test("below the levels that the backend sends, the nearest ones stand over the rows", () => {
  const levels = Array.from({ length: 40 }, (_, i) => `${i}`);
  const way = levels.map((_, i) => levels.slice(0, i + 1).join("/"));
  const rows = Array.from({ length: 20 }, (_, i) => `${way[39] ?? ""}/x${i}`);
  expect(over(500, way.slice(-32), rows, 505)).toEqual(way.slice(-8));
});
