import { describe, expect, test } from "vitest";
import { maxOffset, offsetFor, scrollHeight, SCROLL_MAX, toOffset, toScroll, windowAt } from "./virtual";

const million = { total: 1_000_000, rowHeight: 24, viewport: 600 };
const small = { total: 1_000, rowHeight: 24, viewport: 600 };

describe("scroll range", () => {
  test("is the height of the rows until that is too tall for a browser", () => {
    expect(scrollHeight(small)).toBe(24_000);
    expect(scrollHeight(million)).toBe(SCROLL_MAX);
  });

  test("its ends are the ends of the rows", () => {
    for (const extent of [small, million]) {
      expect(toOffset(extent, 0)).toBe(0);
      expect(toOffset(extent, scrollHeight(extent) - extent.viewport)).toBe(maxOffset(extent));
    }
  });

  test("every row can be reached and mapped back", () => {
    for (const row of [0, 1, 333_333, 500_000, 999_975]) {
      const offset = row * 24;
      expect(toOffset(million, toScroll(million, offset))).toBeCloseTo(offset, 3);
    }
  });
});

describe("window", () => {
  test("holds the rows in view and the overscan", () => {
    expect(windowAt(small, 0, 5)).toEqual({ first: 0, count: 30 });
    expect(windowAt(small, 12, 0)).toEqual({ first: 0, count: 26 });
    expect(windowAt(small, 2_400, 5)).toEqual({ first: 95, count: 35 });
  });

  test("ends with the last row", () => {
    const { first, count } = windowAt(million, Number.MAX_SAFE_INTEGER, 5);
    expect(first + count).toBe(1_000_000);
    expect(first).toBe(999_970);
  });

  test("is empty without rows or height, and never larger than what there is", () => {
    expect(windowAt({ ...small, total: 0 }, 0, 5).count).toBe(0);
    expect(windowAt({ ...small, viewport: 0 }, 0, 5).count).toBe(0);
    expect(windowAt({ ...small, total: 3 }, 500, 5)).toEqual({ first: 0, count: 3 });
  });
});

describe("revealing a row", () => {
  test("moves nothing when the row is in view", () => {
    expect(offsetFor(small, 100, 10, "nearest")).toBe(100);
  });

  test("moves by the least that shows it", () => {
    expect(offsetFor(small, 0, 30, "nearest")).toBe(31 * 24 - 600);
    expect(offsetFor(small, 2_400, 30, "nearest")).toBe(30 * 24);
  });

  test("keeps a row clear of what covers the top", () => {
    expect(offsetFor(small, 2_400, 30, "nearest", 48)).toBe(28 * 24);
  });

  test("stays within the rows", () => {
    expect(offsetFor(million, 0, 999_999, "start")).toBe(maxOffset(million));
    expect(offsetFor(million, 0, 0, "center")).toBe(0);
  });
});
