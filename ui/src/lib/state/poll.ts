// The long poll of one view. What the view looks at may change while the backend waits for something to
// report: the question is then asked anew, and the answer to the old one is not shown.
import { follow } from "$lib/ipc/follow";

export class Poll<Frame> {
  readonly #ask: () => Promise<Frame>;
  readonly #show: (frame: Frame) => void;
  readonly #failed: ((error: unknown) => void) | undefined;
  #running: AbortController | null = null;

  constructor(ask: () => Promise<Frame>, show: (frame: Frame) => void, failed?: (error: unknown) => void) {
    this.#ask = ask;
    this.#show = show;
    this.#failed = failed;
  }

  /** Begins to ask; the function it answers ends it, which suits `$effect(() => poll.start())`. */
  start(): () => void {
    this.#run();
    return () => this.stop();
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }

  /** Asks at once with what is wanted now. Does nothing while stopped. */
  again(): void {
    if (this.#running) this.#run();
  }

  #run(): void {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    void follow(running.signal, this.#ask, this.#show, this.#failed);
  }
}
