import { describe, expect, it } from "vitest";
import { heldFor, moved, ordered, overviewOf, rangeOf, stretched, timeTicks } from "./ranges";

const MINUTE = 60_000;
const span = { from: 10 * MINUTE, to: 25 * MINUTE };

describe("what is asked for", () => {
  it("follows the clock until a span is held", () => {
    expect(rangeOf(900, null)).toEqual({ kind: "live", seconds: 900 });
    expect(rangeOf(0, null)).toEqual({ kind: "all" });
    expect(rangeOf(900, span)).toEqual({ kind: "fixed", ...span });
  });
  it("keeps the end of a held span when its length changes", () => {
    expect(heldFor(300, span)).toEqual({ from: 20 * MINUTE, to: 25 * MINUTE });
    expect(heldFor(0, span)).toBeNull();
    expect(heldFor(300, null)).toBeNull();
  });
  it("puts a selection dragged backwards in order", () => {
    expect(ordered(5, 2)).toEqual({ from: 2, to: 5 });
  });
});

describe("moving a span", () => {
  it("stops at the latest moment with its length kept", () => {
    expect(moved(span, 20 * MINUTE, 30 * MINUTE)).toEqual({ from: 15 * MINUTE, to: 30 * MINUTE });
    expect(moved(span, -5 * MINUTE, 30 * MINUTE)).toEqual({ from: 5 * MINUTE, to: 20 * MINUTE });
  });
  it("never turns inside out", () => {
    expect(stretched(span, "from", 40 * MINUTE, 50 * MINUTE)).toEqual({ from: span.to - 100, to: span.to });
    expect(stretched(span, "to", 0, 50 * MINUTE)).toEqual({ from: span.from, to: span.from + 100 });
    expect(stretched(span, "to", 60 * MINUTE, 50 * MINUTE)).toEqual({ from: span.from, to: 50 * MINUTE });
  });
});

describe("the strip below", () => {
  it("is the next longer range while live", () => {
    expect(overviewOf(900, null, 0)).toEqual({ kind: "live", seconds: 3_600 });
    expect(overviewOf(21_600, null, 0)).toEqual({ kind: "all" });
    expect(overviewOf(0, null, 0)).toEqual({ kind: "all" });
  });
  it("reaches back to a held span, or shows everything", () => {
    expect(overviewOf(300, span, 30 * MINUTE)).toEqual({ kind: "live", seconds: 3_600 });
    expect(overviewOf(300, span, 24 * 60 * MINUTE)).toEqual({ kind: "all" });
  });
});

describe("ticks", () => {
  it("stand at round times of day, far enough apart", () => {
    const { at, step } = timeTicks(span, 600, 110, 0);
    expect(step).toBe(3 * MINUTE);
    expect(at).toEqual([12, 15, 18, 21, 24].map((minute) => minute * MINUTE));
  });
  it("follow the zone where a step is longer than its distance from UTC", () => {
    const day = { from: 0, to: 86_400_000 };
    const { at, step } = timeTicks(day, 500, 110, 9 * 3_600_000);
    expect(step).toBe(6 * 3_600_000);
    expect(at[0]).toBe(3 * 3_600_000);
  });
  it("survive a span without width", () => {
    expect(timeTicks({ from: 5, to: 5 }, 0, 110, 0).at).toEqual([5]);
  });
});
