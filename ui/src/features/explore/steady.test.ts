import { expect, test } from "vitest";
import { steady } from "./steady";

const busy = (topic: string, rate: number) => ({ topic, rate, bytes: rate * 10 });

test("held rows keep their order and take the numbers of now", () => {
  const before = [busy("a", 3), busy("b", 2), busy("c", 1)];
  const now = [busy("b", 9), busy("d", 8), busy("a", 4)];
  expect(steady(before, now)).toEqual([busy("a", 4), busy("b", 9), busy("c", 1)]);
  expect(steady([], now)).toEqual(now);
});
