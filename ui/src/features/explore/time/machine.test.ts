import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Commands } from "$lib/ipc/generated";

type Answer = (args: Record<string, never>) => unknown;
const answers = new Map<string, Answer>();
const asked: [string, Record<string, unknown>][] = [];

vi.mock("$lib/ipc/call", () => ({
  call: (command: keyof Commands, args: Record<string, never>) => {
    asked.push([command, args]);
    const answer = answers.get(command);
    return answer ? Promise.resolve(answer(args)) : Promise.reject(new Error(command));
  },
}));

const { TimeMachine } = await import("./machine.svelte");

/** A promise that is settled from outside. */
function open<T>() {
  let settle: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => (settle = resolve));
  return { promise, settle };
}

const tick = () => new Promise((resolve) => setTimeout(resolve, 0));
const gone = () => asked.filter(([command]) => command === "time_go").map(([, args]) => args["at"]);

describe("the time machine", () => {
  let turned = 0;
  let machine: InstanceType<typeof TimeMachine>;

  beforeEach(() => {
    asked.length = 0;
    answers.clear();
    turned = 0;
    machine = new TimeMachine("c", () => turned++);
    answers.set("time_span", () => ({ first: 1_000, last: 11_000, marks: [], gaps: [], at: null }));
    answers.set("time_go", ({ at }) => ({ at, topics: 3 }));
    answers.set("time_live", () => null);
    answers.set("time_compare_end", () => null);
  });

  it("shows a time and the present again", async () => {
    await machine.start();
    expect([machine.open, machine.hand, machine.past]).toEqual([true, null, false]);
    await machine.go(5_000);
    expect([machine.hand, machine.past, machine.going, turned]).toEqual([5_000, true, false, 1]);
    await machine.back();
    expect([machine.hand, machine.past, turned]).toEqual([null, false, 2]);
    // There is nowhere to go back from.
    await machine.back();
    expect(turned).toBe(2);
  });

  it("gives up the way to one time for another", async () => {
    const first = open<unknown>();
    answers.set("time_go", ({ at }) => (at === 1 ? first.promise : { at, topics: 1 }));
    const slow = machine.go(1);
    await machine.go(2);
    first.settle({ at: 1, topics: 1 });
    await slow;
    expect([machine.shown?.at, turned]).toEqual([2, 1]);
  });

  it("takes one time after another while the hand is dragged, and always the last", async () => {
    const first = open<unknown>();
    answers.set("time_go", ({ at }) => (at === 1 ? first.promise : { at, topics: 1 }));
    const drag = machine.drag(1);
    for (const at of [2, 3, 4]) void machine.drag(at);
    expect(machine.hand).toBe(4);
    first.settle({ at: 1, topics: 1 });
    await drag;
    expect(gone()).toEqual([1, 4]);
    expect([machine.shown?.at, machine.going]).toEqual([4, false]);
  });

  it("does not arrive in the past once it went back to the present", async () => {
    const slow = open<unknown>();
    answers.set("time_go", () => slow.promise);
    const journey = machine.go(1);
    await machine.back();
    slow.settle({ at: 1, topics: 1 });
    await journey;
    expect([machine.past, machine.hand]).toEqual([false, null]);
  });

  it("steps to where there are messages, and past the last one to the present", async () => {
    answers.set("time_step", ({ forward }) => (forward ? null : 7_999.999));
    await machine.start();
    await machine.step(false);
    expect(machine.hand).toBe(7_999.999);
    await machine.step(true);
    expect(machine.past).toBe(false);
  });

  it("lengthens the line while something is recorded, and looks for a beginning until there is one", async () => {
    answers.set("time_span", () => ({ first: null, last: 5, marks: [], gaps: [], at: null }));
    await machine.start();
    answers.set("time_span", () => ({ first: 1_000, last: 11_000, marks: [], gaps: [], at: null }));
    machine.advance(12_000, true);
    await tick();
    expect(machine.span?.last).toBe(11_000);
    machine.advance(12_000, false);
    expect(machine.span?.last).toBe(11_000);
    machine.advance(13_000, true);
    expect(machine.span?.last).toBe(13_000);
  });

  it("leaps by a twentieth, not beyond either end", async () => {
    await machine.start();
    await machine.leap(false);
    expect(machine.hand).toBe(10_500);
    await machine.leap(true);
    expect(machine.past).toBe(false);
    await machine.go(1_100);
    await machine.leap(false);
    expect(machine.hand).toBe(1_000);
  });

  it("finds the time that a window left when it was loaded anew", async () => {
    answers.set("time_span", () => ({ first: 1_000, last: 11_000, marks: [], gaps: [], at: 4_000 }));
    await machine.start();
    expect(machine.shown?.at).toBe(4_000);
  });

  it("keeps what is shown where a journey fails", async () => {
    await machine.go(5_000);
    answers.delete("time_go");
    await machine.go(6_000);
    expect([machine.shown?.at, machine.going]).toEqual([5_000, false]);
    expect(machine.error).not.toBeNull();
  });

  it("compares and reads only the rows in view", async () => {
    const totals = { from: 1, to: 2, messages: 9, appeared: 0, updated: 0, silent: 70, listed: 50 };
    answers.set("time_compare", () => totals);
    answers.set("time_changes", ({ fate, first, count }) => [
      `${String(fate)} ${String(first)} ${String(count)}`,
    ]);
    const { changes } = machine;
    changes.look({ first: 0, count: 12 });
    await changes.between(1, 2);
    // What has something to list is shown.
    expect([changes.fate, changes.total, changes.listed]).toEqual(["silent", 70, 50]);
    changes.look({ first: 30, count: 12 });
    await tick();
    expect([changes.rows, changes.first]).toEqual([["silent 30 12"], 30]);
    changes.close();
    expect(asked.at(-1)?.[0]).toBe("time_compare_end");
  });

  it("takes no answer to a comparison that was stopped", async () => {
    const slow = open<unknown>();
    answers.set("time_compare", () => slow.promise);
    const { changes } = machine;
    const running = changes.between(1, null);
    changes.stop();
    slow.settle(null);
    await running;
    expect([changes.running, changes.result]).toEqual([false, null]);
  });
});
