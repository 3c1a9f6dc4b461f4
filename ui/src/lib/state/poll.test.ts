import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Poll } from "./poll";

/** A backend that answers when it is told to. */
function backend() {
  const waiting: { asked: string; answer: (frame: string) => void; fail: (error: unknown) => void }[] = [];
  return {
    waiting,
    ask: (asked: string) =>
      new Promise<string>((answer, fail) => {
        waiting.push({ asked, answer, fail });
      }),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(0);

test("asks, shows and asks again with one question under way", async () => {
  const { ask, waiting } = backend();
  const shown: string[] = [];
  const poll = new Poll(
    () => ask("rows"),
    (frame) => shown.push(frame),
  );
  poll.start();
  expect(waiting).toHaveLength(1);
  waiting[0]?.answer("one");
  await settle();
  expect(shown).toEqual(["one"]);
  expect(waiting).toHaveLength(2);
  poll.stop();
});

test("a changed view asks at once, and the answer to the old question is not shown", async () => {
  const { ask, waiting } = backend();
  const shown: string[] = [];
  let look = "0 to 60";
  const poll = new Poll(
    () => ask(look),
    (frame) => shown.push(frame),
  );
  poll.start();
  look = "60 to 120";
  poll.again();
  expect(waiting.map((one) => one.asked)).toEqual(["0 to 60", "60 to 120"]);
  waiting[0]?.answer("old");
  await settle();
  expect(shown).toEqual([]);
  // The superseded loop does not go on asking.
  expect(waiting).toHaveLength(2);
  waiting[1]?.answer("new");
  await settle();
  expect(shown).toEqual(["new"]);
  expect(waiting).toHaveLength(3);
  poll.stop();
});

test("tells an error, waits half a second and asks again", async () => {
  const { ask, waiting } = backend();
  const failed = vi.fn();
  const poll = new Poll(
    () => ask("rows"),
    () => {},
    failed,
  );
  poll.start();
  waiting[0]?.fail("broken");
  await vi.advanceTimersByTimeAsync(499);
  expect(failed).toHaveBeenCalledExactlyOnceWith("broken");
  expect(waiting).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(waiting).toHaveLength(2);
  poll.stop();
});

test("shows and asks nothing once it is stopped", async () => {
  const { ask, waiting } = backend();
  const shown: string[] = [];
  const poll = new Poll(
    () => ask("rows"),
    (frame) => shown.push(frame),
  );
  const stop = poll.start();
  stop();
  waiting[0]?.answer("late");
  await settle();
  poll.again();
  expect(shown).toEqual([]);
  expect(waiting).toHaveLength(1);
});
