import { expect, test } from "vitest";
import { moment, spanOf } from "./range";

const at = (year: number, month: number, day: number, hour = 0, minute = 0, second = 0, millis = 0) =>
  new Date(year, month, day, hour, minute, second, millis).getTime();

test("a typed time is local, and as wide as it is precise", () => {
  expect(moment("2026-03-10")).toBe(at(2026, 2, 10));
  expect(moment(" 2026-03-10 ", true)).toBe(at(2026, 2, 10, 23, 59, 59, 999));
  expect(moment("2026-03-10 14:30")).toBe(at(2026, 2, 10, 14, 30));
  expect(moment("2026-3-1T4:30", true)).toBe(at(2026, 2, 1, 4, 30, 59, 999));
  expect(moment("2026-03-10 14:30:08", true)).toBe(at(2026, 2, 10, 14, 30, 8, 999));
  expect(moment("2026-03-10 14:30:08.4", true)).toBe(at(2026, 2, 10, 14, 30, 8, 400));
});

test("what is no time is refused", () => {
  for (const text of ["", "yesterday", "2026-02-31", "2026-13-01", "2026-03-10 24:00", "2026-03-10 9:61"])
    expect(moment(text), text).toBeUndefined();
});

test("a choice is a span, open where nothing is typed", () => {
  const now = at(2026, 2, 10, 14, 30);
  expect(spanOf("all", "x", "", now)).toEqual({ from: null, to: null });
  expect(spanOf("hour", "", "", now)).toEqual({ from: at(2026, 2, 10, 13, 30), to: null });
  expect(spanOf("today", "", "", now)).toEqual({ from: at(2026, 2, 10), to: null });
  expect(spanOf("week", "", "", now)?.from).toBe(now - 7 * 86_400_000);
  expect(spanOf("custom", "", "2026-03-09", now)).toEqual({
    from: null,
    to: at(2026, 2, 9, 23, 59, 59, 999),
  });
  expect(spanOf("custom", "soon", "", now)).toBeUndefined();
});
