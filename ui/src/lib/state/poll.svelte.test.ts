import { flushSync } from "svelte";
import { expect, test } from "vitest";
import { Poll } from "./poll";

test("an effect that starts it is not run again by an answer that the next question names", async () => {
  let asked = 0;
  let answer: (revision: number) => void = () => {};
  let known = $state.raw(0);
  const poll = new Poll<number>(
    () => {
      asked += 1;
      return known < 3 ? new Promise((resolve) => (answer = resolve)) : new Promise(() => {});
    },
    (revision) => (known = revision),
  );
  const stop = $effect.root(() => {
    $effect(() => poll.start());
  });
  for (const revision of [1, 2, 3]) {
    flushSync();
    answer(revision);
    await new Promise((resolve) => setTimeout(resolve));
  }
  flushSync();
  expect(asked).toBe(4);
  stop();
});
