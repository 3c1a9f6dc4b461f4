import { describe, expect, it } from "vitest";
import { DIRECT, ENCODED, formatName, layeredName, PACKED, problemWords, READABLE } from "./formats";

describe("formats", () => {
  it("names layers from the outside in", () => {
    expect(layeredName(["gzip", "utf16Le"], formatName("json"))).toBe("gzip → UTF-16 LE → JSON");
    expect(layeredName([], formatName("xml"))).toBe("XML");
  });

  it("offers each format once, and the raw bytes directly", () => {
    const all = [...DIRECT, ...READABLE, ...PACKED, ...ENCODED];
    expect(new Set(all).size).toBe(all.length);
    expect(DIRECT).toContain("hex");
    expect(new Set(all.map(formatName)).size).toBe(all.length);
  });

  it("says where a problem counts", () => {
    expect(problemWords({ decoder: "text", offset: 3, unpacked: false, kind: "invalidUtf8" })).toEqual({
      format: "Text",
      offset: 3,
      detail: "not UTF-8",
    });
    expect(
      problemWords({ decoder: "text", offset: 3, unpacked: true, kind: "invalidUtf8" }).detail,
    ).toContain("unpacked");
  });
});
