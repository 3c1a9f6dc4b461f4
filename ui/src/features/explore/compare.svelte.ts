import { call } from "$lib/ipc/call";
import type { DiffRow, MessageDiff } from "$lib/ipc/generated";
import { Latest } from "./latest";

interface Question {
  a: number;
  b: number;
  inline: boolean;
  first: number;
  count: number;
}

/** Two messages compared: what differs in all, and the rows in view. */
export class Comparison {
  readonly id: string;
  layout = $state<"side" | "inline">("side");
  diff = $state.raw<MessageDiff | null>(null);
  seen = $state.raw<{ first: number; rows: readonly DiffRow[] }>({ first: 0, rows: [] });
  error = $state.raw<unknown>(null);
  /** Which of the stretches that differ is looked at. */
  at = $state(-1);

  readonly #pair = new Latest<{ a: number; b: number }, MessageDiff>(
    (pair) => call("message_diff", { id: this.id, ...pair }),
    (diff) => {
      this.diff = diff;
      this.error = null;
      this.at = -1;
    },
    (error) => (this.error = error),
  );
  readonly #rows = new Latest<Question, DiffRow[]>(
    (question) => call("message_diff_rows", { id: this.id, ...question }),
    (rows, { first, inline }) => {
      if (inline === (this.layout === "inline")) this.seen = { first, rows };
    },
    (error) => (this.error = error),
  );

  constructor(id: string) {
    this.id = id;
  }

  readonly inline: boolean = $derived(this.layout === "inline");
  readonly total: number = $derived((this.inline ? this.diff?.lines : this.diff?.rows) ?? 0);
  /** The row where the stretch looked at begins; -1 where none is. */
  readonly current: number = $derived(this.diff?.differences[this.at]?.[this.inline ? 1 : 0] ?? -1);

  compare(a: number, b: number): void {
    this.#pair.want({ a, b });
  }

  look(first: number, count: number): void {
    const { diff, inline } = this;
    if (diff && count > 0) this.#rows.want({ a: diff.a.id, b: diff.b.id, inline, first, count });
  }

  /** Goes to the next stretch that differs (1) or the one before (-1); false if there is none. */
  step(by: 1 | -1): boolean {
    const count = this.diff?.differences.length ?? 0;
    const next = this.at < 0 && by < 0 ? -1 : this.at + by;
    if (next < 0 || next >= count) return false;
    this.at = next;
    return true;
  }
}
