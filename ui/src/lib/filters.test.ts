import { expect, test } from "vitest";
import { filterProblem, hasWildcard, isEverything, matches } from "./filters";

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

test("a text that is no filter says why", () => {
  for (const filter of ["#", "+", "a/+/b/#", "/", "$SYS/#", "$share/g/a/#", "+//+", "한/#"])
    expect(filterProblem(filter), filter).toBeNull();
  const kind = (filter: string) => filterProblem(filter)?.kind;
  expect(kind("")).toBe("empty");
  expect(kind("a\0b")).toBe("nul");
  expect(kind("한".repeat(21_846))).toBe("tooLong");
  expect(kind("a/#/b")).toBe("multiLevelNotLast");
  expect(kind("a#")).toBe("multiLevelNotLast");
  expect(kind("a+/b")).toBe("singleLevelNotAlone");
  for (const filter of ["$share/g", "$share//a", "$share/g+/a", "$share/g/"])
    expect(kind(filter), filter).toBe("badShare");
});
