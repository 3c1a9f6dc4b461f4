import { call } from "$lib/ipc/call";
import type { TimeShown, TimeSpan, TimeStep } from "$lib/ipc/generated";
import { TimeChanges } from "./changes.svelte";

/** The larger step of the keyboard: a twentieth of what was recorded. */
const LEAP = 0.05;

/**
 * Which time one connection is shown at. The backend puts the tree back; this holds the recorded span with
 * its marks, where the hand is, and what is shown. Receiving and storing go on all the while.
 */
export class TimeMachine {
  readonly id: string;
  readonly changes: TimeChanges;
  /** The time bar is open. */
  open = $state(false);
  span = $state.raw<TimeSpan | null>(null);
  /** What is shown; null is the present. */
  shown = $state.raw<TimeShown | null>(null);
  /** The time that was asked for and is not shown yet. */
  wanted = $state.raw<number | null>(null);
  error = $state.raw<unknown>(null);
  readonly #onturn: () => void;
  /** Counts journeys; an answer to an earlier one means nothing. */
  #journey = 0;

  constructor(id: string, onturn: () => void) {
    this.id = id;
    this.#onturn = onturn;
    this.changes = new TimeChanges(id);
  }

  readonly past: boolean = $derived(this.shown !== null);
  /** Where the hand is: null at the present. */
  readonly hand: number | null = $derived(this.wanted ?? this.shown?.at ?? null);
  readonly going: boolean = $derived(this.wanted !== null);

  async start(): Promise<void> {
    this.open = true;
    await this.look();
  }

  /** Closes the bar and returns to the present. */
  async close(): Promise<void> {
    this.open = false;
    this.changes.close();
    await this.back();
  }

  /** Reads what was recorded. */
  async look(): Promise<void> {
    await this.#try(async () => {
      this.span = await call("time_span", { id: this.id });
      // A window that was loaded anew finds the time it had left.
      const { at } = this.span;
      if (at !== null && this.shown === null && this.wanted === null) await this.go(at);
    });
  }

  /** The present moved on: the line goes on with it while something is recorded. */
  advance(now: number, recording: boolean): void {
    const { span } = this;
    if (!span || span.first === null) void this.look();
    else if (recording && now > span.last) this.span = { ...span, last: now };
  }

  /** Shows a time; what was on its way to another is given up. */
  async go(at: number): Promise<void> {
    const journey = ++this.#journey;
    this.wanted = at;
    await this.#travel(journey, at);
  }

  /** Follows the hand while it is dragged: one time after another, the last one always. */
  async drag(at: number): Promise<void> {
    const under = this.wanted !== null;
    this.wanted = at;
    if (under) return;
    let next = at;
    const journey = ++this.#journey;
    for (;;) {
      if (!(await this.#travel(journey, next)) || this.#journey !== journey) return;
      if (this.wanted === null || this.wanted === next) return;
      next = this.wanted;
    }
  }

  /** Shows the present. */
  async back(): Promise<void> {
    if (this.shown === null && this.wanted === null) return;
    this.#journey++;
    this.wanted = null;
    await this.#try(async () => {
      await call("time_live", { id: this.id });
      this.shown = null;
      this.#onturn();
    });
  }

  /** To the next second with messages, or to the next value of a topic. */
  async step(forward: boolean, step: TimeStep = { kind: "second" }): Promise<void> {
    const { hand } = this;
    if (hand === null && forward) return;
    await this.#try(async () => {
      const from = hand ?? Date.now();
      const to = await call("time_step", { id: this.id, at: from, forward, step });
      if (to !== null) await this.go(to);
      else if (forward) await this.back();
    });
  }

  /** A larger step. */
  async leap(forward: boolean): Promise<void> {
    const { first = null, last = 0 } = this.span ?? {};
    if (first === null) return;
    const by = (last - first) * LEAP;
    const to = (this.hand ?? last) + (forward ? by : -by);
    if (to >= last) await this.back();
    else await this.go(Math.max(first, to));
  }

  async first(): Promise<void> {
    const first = this.span?.first ?? null;
    if (first !== null) await this.go(first);
  }

  /** True if this journey came to its end. */
  async #travel(journey: number, at: number): Promise<boolean> {
    return this.#try(async () => {
      const shown = await call("time_go", { id: this.id, at });
      if (this.#journey !== journey || shown === null) return;
      this.shown = shown;
      if (this.wanted === at) this.wanted = null;
      this.#onturn();
    });
  }

  async #try(run: () => Promise<void>): Promise<boolean> {
    try {
      await run();
      this.error = null;
      return true;
    } catch (error) {
      this.error = error;
      this.wanted = null;
      return false;
    }
  }
}
