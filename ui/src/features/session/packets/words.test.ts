import { expect, test } from "vitest";
import { hexLines, kindText, problemText, valueText } from "./words";

test("values are said in words, secrets never", () => {
  expect(valueText({ kind: "reason", code: 135, name: "Not authorized" }, "Reason Code")).toBe(
    "135 0x87 Not authorized",
  );
  expect(valueText({ kind: "seconds", value: 0xffff_ffff }, "Session Expiry Interval")).toBe(
    "does not expire",
  );
  expect(valueText({ kind: "seconds", value: 60 }, "Keep Alive")).toBe("1 m");
  expect(valueText({ kind: "binary", size: 2, hex: "00ff", text: null }, "Correlation Data")).toBe("00 ff");
  expect(valueText({ kind: "pair", name: "token", value: null }, "User Property")).toBe(
    "token: present, not kept",
  );
  expect(valueText({ kind: "secret" }, "Password")).toBe("present, not kept");
  expect(kindText("connack")).toBe("CONNACK");
  expect(kindText(null)).toBe("No packet");
});

test("a problem names its place", () => {
  expect(problemText({ at: 1204, wrong: { kind: "unknownProperty", id: 126 } })).toBe(
    "Byte 1,204: Unknown property 0x7E",
  );
  expect(problemText({ at: 5, wrong: { kind: "repeated", name: "Reason String" } })).toBe(
    "Byte 5: Reason String is there twice",
  );
});

test("bytes stand in rows of eight, the last one as wide", () => {
  const lines = hexLines("4d5154540500010203").map((line) => line.tokens.map((token) => token.text).join(""));
  expect(lines).toEqual(["0000  4d 51 54 54 05 00 01 02  MQTT····", `0008  03${" ".repeat(23)}·`]);
});
