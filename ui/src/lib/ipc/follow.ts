// One long poll as a loop: ask, show, ask again. It ends when its signal is aborted.
import { untrack } from "svelte";

const BACK_OFF_MILLIS = 500;

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, BACK_OFF_MILLIS);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/**
 * Asks again and again until `signal` is aborted, and shows each answer. After an error it tells
 * `failed`, waits half a second and asks again.
 */
export async function follow<Frame>(
  signal: AbortSignal,
  ask: () => Promise<Frame>,
  show: (frame: Frame) => void,
  failed: (error: unknown) => void = () => {},
): Promise<void> {
  while (!signal.aborted) {
    try {
      // An effect that begins it does not depend on what the question is made of; else each answer began it anew.
      const frame = await untrack(ask);
      if (!signal.aborted) show(frame);
    } catch (error) {
      if (signal.aborted) return;
      failed(error);
      await pause(signal);
    }
  }
}
