import { call } from "$lib/ipc/call";
import type { TimeComparison, TopicChange, TopicFate } from "$lib/ipc/generated";

export const fates = ["appeared", "updated", "silent"] as const satisfies readonly TopicFate[];

/** What changed between two times: totals, and of the list only the rows in view. */
export class TimeChanges {
  readonly id: string;
  /** The list is open. */
  open = $state(false);
  from = $state(0);
  /** Null is the present. */
  to = $state.raw<number | null>(null);
  result = $state.raw<TimeComparison | null>(null);
  running = $state(false);
  fate = $state.raw<TopicFate>("updated");
  rows = $state.raw<TopicChange[]>([]);
  first = $state(0);
  error = $state.raw<unknown>(null);
  #asked = 0;
  #window = { first: 0, count: 40 };

  constructor(id: string) {
    this.id = id;
  }

  readonly total: number = $derived(this.result?.[this.fate] ?? 0);
  readonly listed: number = $derived(Math.min(this.total, this.result?.listed ?? 0));

  /** Compares a time with the present, or two times. */
  async between(from: number, to: number | null): Promise<void> {
    this.open = true;
    this.from = from;
    this.to = to;
    await this.compare();
  }

  async compare(): Promise<void> {
    const asked = ++this.#asked;
    this.running = true;
    this.error = null;
    try {
      const { id, from } = this;
      const result = await call("time_compare", { id, from, to: this.to ?? Date.now() });
      if (asked !== this.#asked || result === null) return;
      this.result = result;
      // What has nothing to list gives way to what has.
      if (result[this.fate] === 0) this.fate = fates.find((fate) => result[fate] > 0) ?? this.fate;
      await this.#read();
    } catch (error) {
      if (asked === this.#asked) this.error = error;
    } finally {
      if (asked === this.#asked) this.running = false;
    }
  }

  async choose(fate: TopicFate): Promise<void> {
    this.fate = fate;
    this.#window = { ...this.#window, first: 0 };
    await this.#read();
  }

  look(window: { first: number; count: number }): void {
    this.#window = window;
    if (window.count > 0 && this.result) void this.#read();
  }

  /** Ends a comparison that is under way. */
  stop(): void {
    this.#asked++;
    this.running = false;
    void call("time_compare_end", { id: this.id }).catch((error: unknown) => (this.error = error));
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.result = null;
    this.rows = [];
    this.stop();
  }

  async #read(): Promise<void> {
    const { id, fate } = this;
    const window = this.#window;
    const { first, count } = window;
    try {
      const rows = await call("time_changes", { id, fate, first, count });
      if (fate !== this.fate || window !== this.#window) return;
      this.rows = rows;
      this.first = first;
    } catch (error) {
      this.error = error;
    }
  }
}
