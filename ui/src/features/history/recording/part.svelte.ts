// Which messages of a history: a topic filter and a stretch of time.
import { call } from "$lib/ipc/call";
import type { MessageSelection, TopicProblem } from "$lib/ipc/generated";

export type Span = "all" | "tenMinutes" | "hour" | "day" | "own";
const MINUTES: Partial<Record<Span, number>> = { tenMinutes: 10, hour: 60, day: 1440 };

/** Microseconds since the Unix epoch of a local time such as 2026-03-12T14:32; none if it is not one. */
export function micros(local: string): number | null {
  const at = Date.parse(local);
  return Number.isNaN(at) ? null : at * 1000;
}

export class Part {
  filter = $state("");
  problem = $state.raw<TopicProblem | null>(null);
  span = $state<Span>("all");
  /** Local times, for a stretch of one's own. */
  from = $state("");
  to = $state("");

  constructor(filter: string) {
    this.filter = filter;
  }

  async narrow(filter: string): Promise<void> {
    this.filter = filter;
    const problem = filter === "" ? null : await call("topic_check", { topic: filter, filter: true });
    if (this.filter === filter) this.problem = problem;
  }

  /** What is asked for at `now`, in ms. */
  selection(now: number): MessageSelection {
    const minutes = MINUTES[this.span];
    const own = this.span === "own";
    // The last moment is meant to belong to it.
    const to = own ? micros(this.to) : null;
    return {
      filter: this.filter,
      from: own ? micros(this.from) : minutes === undefined ? null : (now - minutes * 60_000) * 1000,
      to: to === null ? null : to + 999_999,
      only: null,
    };
  }
}
