import { expect, test } from "vitest";
import { hasWildcard, isEverything, matches } from "./filters";

test.each([
  ["sport/tennis/#", "sport/tennis", true],
  ["sport/tennis/#", "sport/tennis/player1/ranking", true],
  ["sport/+", "sport", false],
  ["sport/+", "sport/", true],
  ["sport/+", "sport/a/b", false],
  ["+", "/finance", false],
  ["+/+", "/finance", true],
  ["#", "a/b", true],
  ["#", "$SYS/uptime", false],
  ["+/uptime", "$SYS/uptime", false],
  ["$SYS/#", "$SYS/uptime", true],
  ["$share/tools/a/+", "a/b", true],
  ["$share/tools/#", "$SYS/uptime", false],
  ["a", "A", false],
  ["a/b", "a", false],
])("%s and %s", (filter, topic, matching) => expect(matches(filter, topic)).toBe(matching));

test("filters that match everything are told from those that match much", () => {
  expect(["#", "+/#", "+/+/#", "$share/g/#"].filter(isEverything)).toHaveLength(4);
  expect(["a/#", "+", "+/a/#", "$SYS/#", ""].filter(isEverything)).toEqual([]);
  expect(["a/+", "#", "$share/g/+/a"].filter(hasWildcard)).toHaveLength(3);
  expect(["a/b", "$share/+/a", ""].filter(hasWildcard)).toEqual([]);
});
