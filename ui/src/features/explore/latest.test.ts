import { expect, test } from "vitest";
import { Latest } from "./latest";

test("only the newest question is asked after the one under way", async () => {
  const asked: number[] = [];
  const taken: number[] = [];
  let answer: () => void = () => {};
  const latest = new Latest<number, number>(
    (question) => {
      asked.push(question);
      return new Promise((resolve) => (answer = () => resolve(question * 10)));
    },
    (value) => taken.push(value),
    () => {},
  );
  latest.want(1);
  latest.want(2);
  latest.want(3);
  expect([asked, latest.busy]).toEqual([[1], true]);
  answer();
  await Promise.resolve();
  await Promise.resolve();
  expect(asked).toEqual([1, 3]);
  answer();
  await new Promise((resolve) => setTimeout(resolve));
  expect([taken, latest.busy]).toEqual([[10, 30], false]);
});

test("a question that fails does not keep the next one", async () => {
  const taken: string[] = [];
  const failed: unknown[] = [];
  const latest = new Latest<string, string>(
    (question) => (question === "bad" ? Promise.reject(new Error(question)) : Promise.resolve(question)),
    (value) => taken.push(value),
    (error) => failed.push(error),
  );
  latest.want("bad");
  await new Promise((resolve) => setTimeout(resolve));
  latest.want("good");
  await new Promise((resolve) => setTimeout(resolve));
  expect([taken, failed.length]).toEqual([["good"], 1]);
});
