import { describe, expect, it } from "vitest";
import type { SeriesFrame } from "$lib/ipc/generated";
import { evenly } from "./plot";
import { gapLabels, overlayMargins, scalesOf } from "./layout";
import { broken, nameOf, nearest, padded, placeOf, placesFor, pointAt, rounded, union } from "./points";

function frame(id: number, unit: string | null, times: number[] = [], values: number[] = []): SeriesFrame {
  return {
    series: { id, topic: "a/b/c", path: "$.x", unit, style: id, hidden: false },
    times,
    values,
    count: times.length,
    min: values.length > 0 ? Math.min(...values) : null,
    mean: null,
    max: values.length > 0 ? Math.max(...values) : null,
    last: values.at(-1) ?? null,
    filling: false,
  };
}

describe("gaps", () => {
  it("break the line between the points around them", () => {
    expect(broken([1, 2, 8, 9], [10, 20, 80, 90], [{ from: 3, to: 7 }])).toEqual([
      [1, 2, 5, 8, 9],
      [10, 20, null, 80, 90],
    ]);
  });
  it("before the first and after the last point add nothing", () => {
    expect(
      broken(
        [5, 6],
        [1, 2],
        [
          { from: 0, to: 2 },
          { from: 8, to: 9 },
        ],
      ),
    ).toEqual([
      [5, 6],
      [1, 2],
    ]);
  });
  it("break in the order of time however they are given", () => {
    const [times] = broken(
      [1, 10],
      [1, 2],
      [
        { from: 6, to: 8 },
        { from: 2, to: 4 },
      ],
    );
    expect(times).toEqual([1, 3, 7, 10]);
  });
  it("hold no value at the cursor", () => {
    const series = frame(0, null, [1, 2, 8], [10, 20, 80]);
    expect(pointAt(series, [{ from: 3, to: 7 }], 5)).toBeNull();
    expect(pointAt(series, [{ from: 3, to: 7 }], 2.4)).toEqual({ at: 2, value: 20 });
  });
  it("are labelled once where labels would run into each other", () => {
    const gaps = [
      { from: 10, to: 12 },
      { from: 13, to: 14 },
      { from: 60, to: 120 },
    ];
    expect(gapLabels(gaps, { from: 0, to: 100 }, 1000)).toEqual([
      { x: 110, millis: 2 },
      { x: 800, millis: 60 },
    ]);
  });
});

describe("finding a point", () => {
  it("takes the nearest one", () => {
    expect(nearest([], 3)).toBe(-1);
    expect(nearest([1, 4, 9], -5)).toBe(0);
    expect(nearest([1, 4, 9], 6.4)).toBe(1);
    expect(nearest([1, 4, 9], 6.6)).toBe(2);
    expect(nearest([1, 4, 9], 50)).toBe(2);
  });
});

describe("scales", () => {
  it("give a flat line room", () => {
    expect(padded({ min: 5, max: 5 })).toEqual({ min: 4.5, max: 5.5 });
    expect(padded({ min: 0, max: 0 })).toEqual({ min: -1, max: 1 });
    expect(padded(null)).toEqual({ min: 0, max: 1 });
  });
  it("in round equal steps hold every value", () => {
    for (const [min, max] of [
      [583.7, 620.4],
      [-3, 4],
      [0.001, 0.0012],
      [17.1, 19.12],
      [1e6, 9e6],
    ] as const) {
      const scale = rounded({ min, max });
      expect(scale.min).toBeLessThanOrEqual(min);
      expect(scale.max).toBeGreaterThanOrEqual(max);
      expect(scale.max - scale.min).toBeLessThan((max - min) * 3);
    }
  });
  it("only grow when joined", () => {
    expect(union({ min: 1, max: 2 }, { min: 0, max: 1 })).toEqual({ min: 0, max: 2 });
    expect(union(null, { min: 0, max: 1 })).toEqual({ min: 0, max: 1 });
  });
  it("are shared by series of one unit", () => {
    const groups = scalesOf([frame(0, "°C"), frame(1, "kN"), frame(2, "°C"), frame(3, null), frame(4, null)]);
    expect(groups.map((group) => group.series.map((each) => each.series.id))).toEqual([
      [0, 2],
      [1],
      [3],
      [4],
    ]);
    expect(groups.map((group) => group.side)).toEqual(["left", "right", "right", "right"]);
    expect(overlayMargins([frame(0, "°C")]).right).toBe(12);
    expect(overlayMargins([frame(0, "°C"), frame(1, "kN")]).right).toBe(44);
  });
  it("tell how many decimals are needed", () => {
    expect(placesFor({ min: 583.7, max: 620.4 })).toBe(1);
    expect(placesFor({ min: 17.1, max: 19.12 })).toBe(2);
    expect(placesFor({ min: 0, max: 90_000 })).toBe(0);
    expect(placesFor(null)).toBe(0);
  });
});

describe("names", () => {
  const series = (topic: string, path: string) => ({ ...frame(0, null).series, topic, path });
  it("come from the path, or from the topic where the payload is the number", () => {
    expect(nameOf(series("a/b/telemetry", "$.force_kn"))).toBe("force_kn");
    expect(nameOf(series("a/b/oil_temp", "$"))).toBe("oil_temp");
    expect(placeOf(series("a/b/oil_temp", "$"))).toBe("a/b");
    expect(placeOf(series("a/b/telemetry", "$.force_kn"))).toBe("b/telemetry");
    expect(placeOf(series("temperature", "$"))).toBe("temperature");
  });
});

describe("axis labels", () => {
  it("have the decimals that the longest needs and no more", () => {
    expect(evenly([570, 580, 590])).toEqual(["570", "580", "590"]);
    expect(evenly([8.8, 8.88, 8.96 + 1e-15])).toEqual(["8.80", "8.88", "8.96"]);
    expect(evenly([])).toEqual([]);
  });
});
