/* eslint-disable svelte/prefer-svelte-reactivity -- sets and maps here are replaced whole or never drawn */
// The retained messages of one connection as the window shows them: the rows in view, what is selected, and
// what became of deleting. The list itself stays in the backend.
import type { RowWindow } from "$lib/components/virtual";
import { call } from "$lib/ipc/call";
import type {
  Deletion,
  RetainedChange,
  RetainedFrame,
  RetainedGroup,
  RetainedRow,
  RetainedSort,
  RetainedWindow,
} from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";
import { remove, restore, type Removal } from "$lib/state/removal";
import { nothing, picked, without, type Pick, type Selection } from "./selection";

/** Rows named in the question before deleting. */
export const NAMED = 8;

export interface Outcome {
  kind: "deleted" | "restored";
  change: RetainedChange;
}

/** What is about to be deleted, with the rows that the question names. */
export interface Question {
  topics: readonly string[];
  named: readonly { topic: string; row: RetainedRow | null }[];
}

export class Retained {
  readonly id: string;
  frame = $state.raw<RetainedFrame | null>(null);
  error = $state.raw<unknown>(null);

  filter = $state("");
  only = $state<RetainedGroup>("all");
  sort = $state<RetainedSort>("topic");
  descending = $state(false);

  selection = $state.raw<Selection>(nothing);
  /** The topic in the inspector. */
  current = $state<string | null>(null);
  /** Index of the row that the keys move. */
  row = $state(0);

  question = $state.raw<Question | null>(null);
  busy = $state(false);
  outcome = $state.raw<Outcome | null>(null);
  /** Names the deletion that the undo bar offers to take back. */
  undoable = $state.raw<RetainedChange | null>(null);
  deletions = $state.raw<readonly Deletion[]>([]);
  refreshed = $state<number | null>(null);

  #window: RowWindow = { first: 0, count: 60 };
  #revision = 0;
  #running = false;
  #known = new Map<string, RetainedRow>();

  readonly #poll = new Poll<RetainedFrame | null>(
    () => {
      const { first, count } = this.#window;
      return call("retained_frame", { id: this.id, window: this.#request(first, count, this.#revision) });
    },
    (frame) => {
      if (!frame) return;
      this.#revision = frame.revision;
      this.frame = frame;
      this.#remember(frame);
    },
    (error) => (this.error = error),
  );

  constructor(id: string) {
    this.id = id;
  }

  start(): () => void {
    this.#running = true;
    this.#revision = 0;
    const stop = this.#poll.start();
    void this.readDeletions();
    return () => {
      this.#running = false;
      stop();
    };
  }

  look(window: RowWindow): void {
    this.#window = window;
    this.#restart();
  }

  find(filter: string): void {
    this.filter = filter;
    this.#restart();
  }

  show(only: RetainedGroup): void {
    this.only = only;
    this.#restart();
  }

  order(sort: RetainedSort): void {
    this.descending = this.sort === sort ? !this.descending : false;
    this.sort = sort;
    this.#restart();
  }

  /** The row at an index of the list, if it is among those in the window. */
  at(index: number): RetainedRow | undefined {
    return this.frame?.rows[index - this.frame.first];
  }

  async pick(row: RetainedRow, index: number, pick: Pick): Promise<void> {
    this.row = index;
    this.current = row.topic;
    await this.#act(async () => {
      const order = pick.extend ? await this.#topics() : [];
      this.selection = picked(this.selection, row.topic, pick, order);
    });
  }

  async selectAll(): Promise<void> {
    await this.#act(async () => {
      this.selection = { topics: new Set(await this.#topics()), anchor: null };
    });
  }

  clear(): void {
    this.selection = nothing;
  }

  /** Asks before deleting the selected messages, or else the one in the inspector. */
  ask(): void {
    const { topics } = this.selection;
    const all = topics.size > 0 ? [...topics] : this.current === null ? [] : [this.current];
    this.askFor(all);
  }

  askFor(topics: readonly string[]): void {
    if (topics.length === 0 || this.busy) return;
    const named = topics.slice(0, NAMED).map((topic) => ({ topic, row: this.#known.get(topic) ?? null }));
    this.question = { topics, named };
  }

  async delete(): Promise<void> {
    const question = this.question;
    if (!question || this.busy) return;
    const { topics } = question;
    await this.#change(
      "deleted",
      () => remove(this.id, topics),
      (change) => this.#leave(topics, change),
    );
    this.question = null;
  }

  async undo(deletion: number): Promise<void> {
    if (this.busy) return;
    await this.#change("restored", () => restore(this.id, deletion));
  }

  /** Ctrl+Z: what the undo bar offers, or else the latest deletion that is kept. */
  undoLast(): void {
    const deletion = this.undoable?.deletion ?? this.deletions[0]?.id;
    if (deletion !== undefined) void this.undo(deletion);
  }

  async refresh(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await this.#act(async () => (this.refreshed = await call("retained_refresh", { id: this.id })));
    this.busy = false;
  }

  async readDeletions(): Promise<void> {
    await this.#act(async () => (this.deletions = await call("retained_deletions", { id: this.id })));
  }

  /** Bytes of the selected messages as far as their rows were seen; none if some were not. */
  get selectedBytes(): number | null {
    let sum = 0;
    for (const topic of this.selection.topics) {
      const row = this.#known.get(topic);
      if (!row) return null;
      sum += row.size;
    }
    return sum;
  }

  #request(first: number, count: number, revision: number): RetainedWindow {
    const { only, sort, descending } = this;
    return { filter: this.filter.trim(), only, sort, descending, first, count, revision };
  }

  #topics(): Promise<string[]> {
    return call("retained_topics", { id: this.id, window: this.#request(0, 0, 0) });
  }

  /** Follows it to its end, which may come when the window has long been doing something else. */
  async #change(
    kind: Outcome["kind"],
    run: () => Promise<Removal>,
    after?: (change: RetainedChange | null) => Promise<void>,
  ): Promise<void> {
    this.busy = true;
    this.outcome = null;
    this.undoable = null;
    const settle = async (change: RetainedChange | null) => {
      if (!this.#running) return;
      await this.#act(async () => await after?.(change));
      await this.readDeletions();
    };
    await this.#act(async () => {
      const { quick, end } = await run();
      if (quick) {
        this.outcome = { kind, change: quick };
        if (kind === "deleted" && quick.done > 0) this.undoable = quick;
        await settle(quick);
      } else void end.then(settle);
    });
    this.busy = false;
  }

  /** Takes what was deleted out of the selection and the inspector. */
  async #leave(topics: readonly string[], change: RetainedChange | null): Promise<void> {
    const held = change?.done === topics.length ? null : new Set(await this.#topics());
    const gone = new Set(topics.filter((topic) => !held?.has(topic)));
    this.selection = without(this.selection, gone);
    if (this.current !== null && gone.has(this.current)) this.current = null;
  }

  #restart(): void {
    this.#revision = 0;
    this.#poll.again();
  }

  /** Keeps the rows of selected topics and of those in view, for sizes and for the question. */
  #remember(frame: RetainedFrame): void {
    const kept = new Map<string, RetainedRow>();
    for (const [topic, row] of this.#known) if (this.selection.topics.has(topic)) kept.set(topic, row);
    for (const row of frame.rows) kept.set(row.topic, row);
    this.#known = kept;
  }

  async #act(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }
}
