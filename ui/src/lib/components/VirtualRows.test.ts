import { render, screen } from "@testing-library/svelte";
import { createRawSnippet, tick } from "svelte";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { RowWindow } from "./virtual";
import VirtualRows from "./VirtualRows.svelte";

const VIEWPORT = 600;
const row = createRawSnippet((item: () => number, index: () => number) => ({
  render: () => `<span role="option" aria-selected="false">${item()}#${index()}</span>`,
}));

// jsdom lays nothing out: every element is as high as the viewport, and scrollTop is only kept.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(VIEWPORT);
});

async function open(total: number, offset = 0) {
  const windows: RowWindow[] = [];
  const props = {
    total,
    offset,
    rowHeight: 24,
    first: 0,
    rows: [] as number[],
    row,
    role: "listbox" as const,
    "aria-label": "Rows",
    overscan: 5,
    onwindow: (window: RowWindow) => {
      windows.push(window);
    },
  };
  const view = render(VirtualRows<number>, props);
  await tick();
  const scroller = screen.getByRole("listbox");
  async function scrollTo(top: number) {
    scroller.scrollTop = top;
    scroller.dispatchEvent(new Event("scroll"));
    await tick();
  }
  async function supply(first: number, count: number) {
    await view.rerender({ ...props, first, rows: Array.from({ length: count }, (_, i) => first + i) });
  }
  return { windows, scroller, scrollTo, supply, view };
}

describe("VirtualRows", () => {
  test("asks for what is in view, once", async () => {
    const { windows, scrollTo } = await open(1_000_000);
    expect(windows).toEqual([{ first: 0, count: 30 }]);
    await scrollTo(1);
    expect(windows.length).toBeLessThanOrEqual(2);
    const asked = windows.length;
    await scrollTo(1.2);
    expect(windows).toHaveLength(asked);
  });

  test("drawn again, begins where it was", async () => {
    const { windows, scroller } = await open(1_000_000, 12_000_000);
    expect(windows).toEqual([{ first: 499_995, count: 35 }]);
    expect(scroller.scrollTop).toBeGreaterThan(3_900_000);
  });

  test("draws only the rows it is given, with their own index", async () => {
    const { supply } = await open(1_000_000);
    await supply(40, 3);
    expect(screen.getAllByRole("option").map((element) => element.textContent)).toEqual([
      "40#40",
      "41#41",
      "42#42",
    ]);
  });

  test("the end of the shortened range is the last of a million rows", async () => {
    const { windows, scrollTo } = await open(1_000_000);
    await scrollTo(8_000_000 - VIEWPORT);
    const last = windows.at(-1);
    expect(last && last.first + last.count).toBe(1_000_000);
  });

  test("the wheel moves by its own pixels in a shortened range", async () => {
    const { windows, scroller, scrollTo } = await open(1_000_000);
    await scrollTo(4_000_000);
    const before = windows.at(-1)?.first ?? NaN;
    const turn = new WheelEvent("wheel", { deltaY: 240, cancelable: true });
    scroller.dispatchEvent(turn);
    await tick();
    expect(turn.defaultPrevented).toBe(true);
    expect(windows.at(-1)?.first).toBe(before + 10);
  });

  test("leaves the wheel to the browser in a range of its own height", async () => {
    const { scroller } = await open(1_000);
    const turn = new WheelEvent("wheel", { deltaY: 240, cancelable: true });
    scroller.dispatchEvent(turn);
    expect(turn.defaultPrevented).toBe(false);
  });

  test("reveals any row and keeps the view when rows come above", async () => {
    const { windows, view } = await open(1_000_000);
    const rows = view.component as unknown as {
      reveal: (row: number, align: string) => void;
      shift: (by: number) => void;
    };
    rows.reveal(777_777, "start");
    await tick();
    expect(windows.at(-1)?.first).toBe(777_777 - 5);
    rows.shift(12);
    await tick();
    expect(windows.at(-1)?.first).toBe(777_777 + 12 - 5);
  });

  test("leaves room below few rows while nothing may move, until it is scrolled back", async () => {
    const { scroller, scrollTo, view } = await open(3);
    const rows = view.component as unknown as { shift: (by: number) => void };
    const height = () => scroller.querySelector<HTMLElement>(".range")?.style.height;
    // Three more came above the pointer.
    await view.rerender({ total: 6, steady: true });
    rows.shift(3);
    await tick();
    expect([scroller.scrollTop, height()]).toEqual([72, "672px"]);
    await scrollTo(24);
    expect(height()).toBe("624px");
    await view.rerender({ steady: false });
    expect(height()).toBe("144px");
  });

  test("follows when rows go away", async () => {
    const { windows, scrollTo, view } = await open(1_000);
    await scrollTo(24_000 - VIEWPORT);
    await view.rerender({ total: 30 });
    await tick();
    expect(windows.at(-1)).toEqual({ first: 0, count: 30 });
  });
});
