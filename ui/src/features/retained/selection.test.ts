import { describe, expect, it } from "vitest";
import { headState, nothing, picked, stretch, without } from "./selection";

const order = ["a", "b", "c", "d", "e"];
const plain = { toggle: false, extend: false };
const ctrl = { toggle: true, extend: false };
const shift = { toggle: false, extend: true };
const both = { toggle: true, extend: true };

describe("selecting rows", () => {
  it("takes one and lets go of the others", () => {
    const two = picked(picked(nothing, "a", plain), "c", ctrl);
    expect([...two.topics]).toEqual(["a", "c"]);
    expect([...picked(two, "d", plain).topics]).toEqual(["d"]);
  });
  it("with Ctrl adds and takes away", () => {
    const one = picked(picked(nothing, "a", ctrl), "b", ctrl);
    expect([...picked(one, "a", ctrl).topics]).toEqual(["b"]);
  });
  it("with Shift goes from the last picked, in either direction, and keeps that end", () => {
    const down = picked(picked(nothing, "b", plain), "d", shift, order);
    expect([...down.topics]).toEqual(["b", "c", "d"]);
    const up = picked(down, "a", shift, order);
    expect([...up.topics]).toEqual(["a", "b"]);
  });
  it("with Ctrl and Shift adds the stretch", () => {
    const some = picked(picked(picked(nothing, "a", plain), "c", ctrl), "e", both, order);
    expect([...some.topics].sort()).toEqual(["a", "c", "d", "e"]);
  });
  it("with Shift and nothing picked before takes the row", () => {
    expect([...picked(nothing, "c", shift, order).topics]).toEqual(["c"]);
  });
  it("does not depend on where rows are when the list changes", () => {
    const chosen = picked(nothing, "d", plain);
    const moved = ["d", "x", "y", "c"];
    expect([...picked(chosen, "y", shift, moved).topics]).toEqual(["d", "x", "y"]);
  });
});

describe("a stretch", () => {
  it("is the other end alone where the first is gone", () => {
    expect(stretch(order, "gone", "c")).toEqual(["c"]);
    expect(stretch(order, "a", "gone")).toEqual([]);
  });
});

describe("after deleting", () => {
  it("forgets what is gone and an anchor among it", () => {
    const chosen = picked(picked(nothing, "a", plain), "b", ctrl);
    const left = without(chosen, ["b"]);
    expect([...left.topics]).toEqual(["a"]);
    expect(left.anchor).toBeNull();
    expect(without(chosen, ["a"]).anchor).toBe("b");
  });
});

describe("the check in the head", () => {
  it("is off, mixed or on", () => {
    expect(headState(0, 5)).toBe(false);
    expect(headState(2, 5)).toBe("mixed");
    expect(headState(5, 5)).toBe(true);
    expect(headState(0, 0)).toBe(false);
  });
});
