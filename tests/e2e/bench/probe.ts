// What a person at the window would notice: how long a click takes to be answered and how evenly it draws.
// The clocks run inside the page, so that the driver's own round trips are not counted.
import type { Browser } from "../support/app";

interface Probed {
  treetopFrames: number[];
}

/** Records the time between frames from now on, in milliseconds. */
export function watchFrames(browser: Browser): Promise<void> {
  return browser.execute(() => {
    const frames: number[] = [];
    (globalThis as unknown as Probed).treetopFrames = frames;
    let last = performance.now();
    const next = (now: number) => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
}

/** The times between frames so far. */
export function frames(browser: Browser): Promise<number[]> {
  return browser.execute(() => (globalThis as unknown as Probed).treetopFrames);
}

/**
 * Clicks the nth visible topic of a load of so many topics and waits until one of its values is drawn. Resolves
 * with the milliseconds between. Each payload carries a number that only its own topic has.
 */
export async function click(browser: Browser, nth: number, topics: number): Promise<number> {
  return await browser.execute(
    (nth, topics) =>
      new Promise<number>((resolve, reject) => {
        const tree = document.querySelector('[role="tree"]')?.getBoundingClientRect();
        const rows = [...document.querySelectorAll<HTMLElement>('[role="treeitem"][data-topic$="/state"]')];
        const seen = rows.filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return tree !== undefined && top > tree.top + 100 && bottom < tree.bottom;
        });
        const row = seen[nth % Math.max(1, seen.length)];
        if (!row) return reject(new Error("no topic is visible"));
        const wanted = Number(/sensor-(\d+)/.exec(row.dataset["topic"] ?? "")?.[1]);
        const began = performance.now();
        row.click();
        const look = (now: number) => {
          const text = document.querySelector('[data-pane="message"]')?.textContent ?? "";
          const number = /"seq":\s*(\d+)/.exec(text)?.[1];
          if (number !== undefined && Number(number) % topics === wanted) return resolve(now - began);
          if (now - began > 20_000) return reject(new Error(`the value of sensor ${wanted} was not drawn`));
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    nth,
    topics,
  );
}

/** The value below which this share of the values lies; 0.95 is the 95th percentile. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
