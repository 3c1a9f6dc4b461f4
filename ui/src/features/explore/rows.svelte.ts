import { SvelteSet } from "svelte/reactivity";
import { call } from "$lib/ipc/call";
import type { PayloadQuery, PayloadRows, RowShape } from "$lib/ipc/generated";
import { Latest } from "./latest";

interface Question {
  message: number;
  shape: RowShape;
  folded: number[];
  first: number;
  count: number;
  query: PayloadQuery | null;
}

/** The rows of a whole payload, of which only those in view are here. */
export class WholeRows {
  readonly id: string;
  seen = $state.raw<PayloadRows | null>(null);
  loading = $state(false);
  error = $state.raw<unknown>(null);
  /** Rows whose map or list is closed, counted with nothing closed. */
  readonly folded = new SvelteSet<number>();

  readonly #latest = new Latest<Question, PayloadRows | null>(
    ({ message, ...window }) => call("payload_rows", { id: this.id, message, window }),
    (rows) => {
      this.loading = this.#latest.busy;
      this.error = null;
      // Another payload is being read already.
      if (rows) this.seen = rows;
    },
    (error) => {
      this.loading = this.#latest.busy;
      this.error = error;
    },
  );

  constructor(id: string) {
    this.id = id;
  }

  look(question: Omit<Question, "folded">): void {
    this.loading = true;
    this.#latest.want({ ...question, folded: [...this.folded] });
  }

  toggle(row: number): void {
    if (!this.folded.delete(row)) this.folded.add(row);
  }

  forget(): void {
    this.#latest.drop();
    this.folded.clear();
    this.seen = null;
  }
}
