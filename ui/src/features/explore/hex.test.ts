import { expect, test } from "vitest";
import { bitsOf, bytesOf, characterAt, float16, hexOf, kindOf, movedBy, numbersAt, timesAt } from "./hex";

const value = (hex: string, little: boolean, name: string) =>
  numbersAt(bytesOf(hex), little).find((reading) => reading.name === name)?.value;

test("numbers of every width in both orders", () => {
  expect(value("ff", false, "u8")).toBe("255");
  expect(value("ff", false, "i8")).toBe("-1");
  expect([value("ffd8", false, "u16"), value("ffd8", true, "u16")]).toEqual(["65496", "55551"]);
  expect(value("80000000", false, "i32")).toBe("-2147483648");
  expect(value("ffffffffffffffff", false, "u64")).toBe("18446744073709551615");
  expect(value("8000000000000000", false, "i64")).toBe("-9223372036854775808");
  expect([value("3dcccccd", false, "f32"), value("cdcccc3d", true, "f32")]).toEqual(["0.1", "0.1"]);
  expect(value("3fb999999999999a", false, "f64")).toBe("0.1");
  expect(value("ff", false, "u16")).toBeUndefined();
});

test("half floats, their edges included", () => {
  expect(float16(0x3c00)).toBe(1);
  expect(float16(0xc000)).toBe(-2);
  expect(float16(0x7bff)).toBe(65504);
  expect(float16(0x0001)).toBe(2 ** -24);
  expect(float16(0xfc00)).toBe(-Infinity);
  expect(float16(0x7e00)).toBeNaN();
  expect(value("8000", false, "f16")).toBe("-0");
});

test("times that could be meant, and no others", () => {
  const at = Date.UTC(2026, 2, 12, 5, 32, 8);
  const wide = (number: number) => number.toString(16).padStart(16, "0");
  expect(timesAt(bytesOf((at / 1000).toString(16)), false)).toEqual([{ unit: "s", at }]);
  expect(timesAt(bytesOf(wide(at)), false)).toEqual([{ unit: "ms", at }]);
  expect(timesAt(bytesOf(wide(at * 1000)), false)).toEqual([{ unit: "µs", at }]);
  expect(timesAt(bytesOf("0000000000000000"), false)).toEqual([]);
});

test("characters of one to four bytes, and what is none", () => {
  expect(characterAt(bytesOf("eab080ff"))).toEqual({ text: "가", code: "U+AC00" });
  expect(characterAt(bytesOf("f09f8c8d"))).toEqual({ text: "🌍", code: "U+1F30D" });
  expect(characterAt(bytesOf("e280ae"))).toEqual({ text: "", code: "U+202E" });
  expect(characterAt(bytesOf("00"))).toEqual({ text: "", code: "U+0000" });
  for (const hex of ["", "80", "c0af", "eda080", "e282", "ff"]) expect(characterAt(bytesOf(hex))).toBeNull();
});

test("bits, bytes and their kinds", () => {
  expect(bitsOf(0xa5)).toBe("1010 0101");
  expect(hexOf([0, 255])).toBe("00 ff");
  expect([0, 65, 255, 200].map(kindOf)).toEqual(["zero", "text", "full", ""]);
});

test("keys move the cursor and stay inside", () => {
  const move = (key: string, at: number, ctrl = false) => movedBy(key, ctrl, at, 16, 10, 100);
  expect(move("ArrowDown", 5)).toBe(21);
  expect(move("ArrowUp", 5)).toBe(0);
  expect([move("Home", 21), move("End", 21), move("End", 98)]).toEqual([16, 31, 99]);
  expect([move("Home", 50, true), move("End", 50, true)]).toEqual([0, 99]);
  expect(move("PageDown", 3)).toBe(99);
  expect(move("x", 3)).toBeNull();
});
