// Which messages of a history: a topic filter and a stretch of time.
import { call } from "$lib/ipc/call";
import type { MessageSelection, TopicProblem } from "$lib/ipc/generated";
import { moment, spanOf } from "../search/range";

export type Span = "all" | "tenMinutes" | "hour" | "day" | "own";
const MINUTES: Partial<Record<Span, number>> = { tenMinutes: 10, hour: 60, day: 1440 };

export class Part {
  filter = $state("");
  problem = $state.raw<TopicProblem | null>(null);
  span = $state<Span>("all");
  /** Local times as they are typed, for a stretch of one's own; an empty end is open. */
  from = $state("");
  to = $state("");

  /** Which ends are no times, and whether they are the wrong way round. */
  readonly badFrom: boolean = $derived(this.from.trim() !== "" && moment(this.from) === undefined);
  readonly badTo: boolean = $derived(this.to.trim() !== "" && moment(this.to, true) === undefined);
  readonly backwards: boolean = $derived.by(() => {
    const [from, to] = [moment(this.from), moment(this.to, true)];
    return from !== undefined && to !== undefined && from > to;
  });
  /** It says nothing that could be asked for. */
  readonly wrong: boolean = $derived(
    this.problem !== null || (this.span === "own" && (this.badFrom || this.badTo || this.backwards)),
  );

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
    const own = this.span === "own" ? spanOf("custom", this.from, this.to, now) : undefined;
    const from = own ? own.from : minutes === undefined ? null : now - minutes * 60_000;
    const to = own?.to ?? null;
    return {
      filter: this.filter,
      from: from === null ? null : from * 1000,
      // The last moment is meant to belong to it.
      to: to === null ? null : to * 1000 + 999,
      search: null,
    };
  }
}
