import { describe, expect, it } from "vitest";
import { nearest, parsed, shareOf, timeAt, written } from "./clock";

const near = new Date(2026, 2, 12, 14, 3, 22, 417).getTime();
const local = (...parts: [number, number, number, number, number, number]) => new Date(...parts).getTime();

describe("a typed time", () => {
  it("is what was written", () => {
    expect(written(near)).toBe("2026-03-12 14:03:22");
    expect(parsed(written(near), 0)).toBe(local(2026, 2, 12, 14, 3, 22) + 999.999);
  });

  it("takes what is left out from the day that is near", () => {
    expect(parsed("9:05", near)).toBe(local(2026, 2, 12, 9, 5, 0) + 999.999);
    expect(parsed("02-01 23:59:58.5", near)).toBe(local(2026, 1, 1, 23, 59, 58) + 500);
    expect(parsed("2024-02-29T00:00:00,123", near)).toBe(local(2024, 1, 29, 0, 0, 0) + 123);
    expect(parsed(" 03-01 ", near)).toBe(local(2026, 2, 1, 0, 0, 0) + 999.999);
  });

  it.each(["", " ", "now", "25:00", "12:60", "12:00:61", "2026-02-31", "13-01 10:00", "12", "1:2"])(
    "is refused where it is none: %j",
    (text) => expect(parsed(text, near)).toBeNull(),
  );
});

describe("the line", () => {
  const whole = { from: 1_000, to: 2_000 };

  it("has a place for each time and a time for each place", () => {
    expect([500, 1_000, 1_250, 3_000].map((at) => shareOf(at, whole))).toEqual([0, 0, 0.25, 1]);
    expect([-1, 0, 0.25, 2].map((share) => timeAt(share, whole))).toEqual([1_000, 1_000, 1_250, 2_000]);
    expect(shareOf(5, { from: 5, to: 5 })).toBe(1);
  });

  it("finds the nearest mark within reach", () => {
    const marks = [{ at: 10 }, { at: 20 }, { at: 22 }];
    expect(nearest(marks, 17, 5)).toEqual({ at: 20 });
    expect(nearest(marks, 15, 2)).toBeNull();
  });
});
