import { call } from "$lib/ipc/call";
import type { Busiest, Busy, BusyBy } from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";
import { steady } from "./steady";

/** Topics, and branches, that are listed. */
const MOST = 20;

/** The list of the busiest topics and branches, asked for once a second while it is open. */
export class BusiestList {
  readonly id: string;
  open = $state(false);
  what = $state<"topics" | "branches">("topics");
  by = $state<BusyBy>("messages");
  frame = $state.raw<Busiest | null>(null);
  error = $state.raw<unknown>(null);

  /** The pointer or the focus is on it: rows stay where they are. */
  held = false;
  /** What is shown was asked for otherwise, so the answer is not to wait. */
  #fresh = true;

  readonly #poll = new Poll<Busiest>(
    () => call("tree_busiest", { id: this.id, by: this.by, limit: MOST, wait: !this.#fresh }),
    (frame) => {
      const { frame: before } = this;
      const stays = this.held && !this.#fresh && before !== null;
      this.frame = stays
        ? {
            ...frame,
            topics: steady(before.topics, frame.topics),
            branches: steady(before.branches, frame.branches),
          }
        : frame;
      this.#fresh = false;
      this.error = null;
    },
    (error) => (this.error = error),
  );

  constructor(id: string) {
    this.id = id;
  }

  readonly rows: readonly Busy[] = $derived(this.frame?.[this.what] ?? []);

  start(): () => void {
    this.#fresh = true;
    return this.#poll.start();
  }

  rank(by: BusyBy): void {
    this.by = by;
    this.#fresh = true;
    this.#poll.again();
  }
}
