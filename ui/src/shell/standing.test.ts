import { expect, test } from "vitest";
import { stoppedWords } from "./standing";

test("a history that is not written says so and what to do", () => {
  expect(stoppedWords({ kind: "diskFull" })?.text).toContain("Free some space");
  expect(stoppedWords({ kind: "readOnly" })?.text).toContain("Allow writing");
  expect(stoppedWords({ kind: "failed", detail: "disk I/O error" })?.text).toContain("disk I/O error");
});

test("a history that is written does not say that nothing is stored, even after a damaged one was set aside", () => {
  expect(stoppedWords({ kind: "well" })).toBeNull();
  expect(stoppedWords({ kind: "setAside", keptAs: "plant.damaged-1" })).toBeNull();
});
