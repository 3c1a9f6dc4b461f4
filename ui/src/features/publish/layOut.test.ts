import { describe, expect, it } from "vitest";
import { layOut } from "./layOut";

describe("laying JSON out", () => {
  it("puts every value on its line", () => {
    expect(layOut('{"a":1,"b":[true,{"c":null}]}')).toBe(
      '{\n  "a": 1,\n  "b": [\n    true,\n    {\n      "c": null\n    }\n  ]\n}',
    );
  });

  it("changes no number, key or order", () => {
    expect(layOut('{"b":1.0,"a":12345678901234567890,"b":1e3}')).toBe(
      '{\n  "b": 1.0,\n  "a": 12345678901234567890,\n  "b": 1e3\n}',
    );
  });

  it("leaves texts alone", () => {
    const text = String.raw`{"a":"x, {y}: \" [z] \\"}`;
    expect(layOut(text)).toBe(String.raw`{` + "\n  " + String.raw`"a": "x, {y}: \" [z] \\"` + "\n}");
  });

  it("keeps empty brackets together and is stable", () => {
    const once = layOut('{"a":{},"b":[ ]}');
    expect(once).toBe('{\n  "a": {},\n  "b": []\n}');
    expect(layOut(once)).toBe(once);
  });
});
