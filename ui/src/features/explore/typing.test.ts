import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Typing } from "./typing";

let typed = "";
let ran: string[] = [];
let typing: Typing;
const run = (name: string) => () => void ran.push(name);

beforeEach(() => {
  vi.useFakeTimers();
  typed = "";
  ran = [];
  typing = new Typing((letter) => (typed += letter));
});
afterEach(() => vi.useRealTimers());

test("a name may begin with a letter that is a shortcut, and go on with another", () => {
  typing.press("f", 0, run("F"));
  vi.advanceTimersByTime(120);
  typing.press("a", 120, run("A"));
  vi.advanceTimersByTime(1000);
  expect([typed, ran]).toEqual(["fa", []]);
});

test("a shortcut alone runs after a moment, once", () => {
  typing.press("p", 0, run("P"));
  expect([ran, typing.waits]).toEqual([[], true]);
  vi.advanceTimersByTime(300);
  typing.settle();
  expect([typed, ran, typing.waits]).toEqual(["", ["P"], false]);
});

test("a shortcut runs at once where something else is done", () => {
  typing.press("d", 0, run("D"));
  typing.settle();
  vi.advanceTimersByTime(1000);
  expect([typed, ran]).toEqual(["", ["D"]]);
});

test("a letter that is no shortcut waits for nothing", () => {
  typing.press("x", 0);
  expect(typed).toBe("x");
});
