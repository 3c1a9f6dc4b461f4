import { render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import type { CodeLine, Token } from "./code";
import CodeLines from "./CodeLines.svelte";

const WIDTH = 600;
const mark = (at: number, current: boolean): Token => ({ kind: "text", text: `@${at}`, hit: true, current });
const line = (no: number, tokens: Token[]): CodeLine => ({ no, indent: 0, tokens });

// jsdom lays nothing out: a mark stands where its text says, less what its line is moved by.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (this: Element) {
    if (this.tagName !== "MARK") return new DOMRect(0, 0, WIDTH, 18);
    const moved = this.closest(".tx")?.scrollLeft ?? 0;
    return new DOMRect(Number(this.textContent.slice(1)) - moved, 0, 20, 18);
  });
});

test("a long line moves until the match that is looked at is in view, and back", async () => {
  const lines = (current: number) => [
    line(1, [mark(40, current === 40), mark(21_425, current === 21_425)]),
    line(2, [mark(9_000, current === 9_000)]),
  ];
  const view = render(CodeLines, { lines: lines(40), label: "Payload", current: 0 });
  await tick();
  const boxes = () =>
    [...screen.getByRole("region").querySelectorAll(".tx")].map(({ scrollLeft }) => scrollLeft);
  expect(boxes()).toEqual([0, 0]);
  await view.rerender({ lines: lines(21_425) });
  // In the middle, so that what is around it can be read.
  expect(boxes()).toEqual([21_425 + 10 - WIDTH / 2, 0]);
  await view.rerender({ lines: lines(40) });
  expect(boxes()).toEqual([0, 0]);
  await view.rerender({ lines: lines(9_000), current: 1 });
  expect(boxes()).toEqual([0, 9_000 + 10 - WIDTH / 2]);
});
