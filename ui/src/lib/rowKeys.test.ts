import { expect, test } from "vitest";
import { pageOf, rowFor } from "./rowKeys";

test("keys move by a row, by a page and to the ends, and stay inside", () => {
  const from = (at: number, key: string) => rowFor(key, at, 100, 10);
  expect(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"].map((key) => from(50, key))).toEqual([
    51, 49, 60, 40, 0, 99,
  ]);
  expect([from(99, "ArrowDown"), from(95, "PageDown"), from(0, "ArrowUp"), from(5, "PageUp")]).toEqual([
    99, 99, 0, 0,
  ]);
  expect([from(-1, "ArrowDown"), from(-1, "ArrowUp")]).toEqual([0, 0]);
  expect(rowFor("End", -1, 0, 10)).toBe(0);
});

test("other keys are left to others", () => {
  for (const key of ["Enter", "a", " "]) expect(rowFor(key, 0, 9, 1)).toBeNull();
});

test("a page is what is in view, but one row, and never nothing", () => {
  const list = document.createElement("div");
  Object.defineProperty(list, "clientHeight", { value: 240 });
  expect(pageOf(list, 24)).toBe(9);
  expect(pageOf(document.createElement("div"), 24)).toBe(1);
  expect(pageOf(null, 24)).toBe(1);
});
