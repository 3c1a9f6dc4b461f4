import { expect, test } from "vitest";
import { among, parts } from "./found";

const same = (text: string) => text;

test("everything is found while nothing is typed", () => {
  expect(among(["Explore", "Charts"], " ", same)).toEqual([
    { item: "Explore", hit: null },
    { item: "Charts", hit: null },
  ]);
});

test("what begins with the text comes first, in any case", () => {
  const found = among(["Next pane", "Explore", "Export"], "EX", same);
  expect(found.map(({ item }) => item)).toEqual(["Explore", "Export", "Next pane"]);
  expect(found.at(-1)?.hit).toEqual([1, 3]);
});

test("a label is cut where the hit begins and ends", () => {
  expect(parts("press/oil_temp", [6, 9])).toEqual(["press/", "oil", "_temp"]);
  expect(parts("Charts", null)).toEqual(["Charts", "", ""]);
});
