// The search of one connection: what is asked, how far it is, the hits in view. It goes on in the backend while
// other screens are looked at, and is there again when one comes back.
import type { RowWindow } from "$lib/components/virtual";
import { filterProblem } from "$lib/filters";
import { call, CommandError } from "$lib/ipc/call";
import type { SearchedProperty, SearchFrame, SearchQuery, SearchRow, TopicProblem } from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";
import { spanOf, type Range } from "./range";

/** How the properties are narrowed: not at all, in any of them, or in one. */
export type PropertyChoice = "none" | "any" | SearchedProperty;

/** What a search found, by its number: the hits themselves stay in the backend. */
export interface Found {
  search: number;
  count: number;
  /** It looked at everything. */
  whole: boolean;
}

export class HistorySearch {
  readonly id: string;
  text = $state("");
  regex = $state(false);
  matchCase = $state(false);
  topic = $state("");
  range = $state<Range>("all");
  from = $state("");
  to = $state("");
  property = $state<PropertyChoice>("none");
  propertyText = $state("");
  qos = $state.raw<readonly number[]>([]);
  retain = $state<"any" | "yes" | "no">("any");
  late = $state(false);
  redelivered = $state(false);

  frame = $state.raw<SearchFrame | null>(null);
  error = $state.raw<unknown>(null);
  /** Counts the searches: the rows of another one begin at the top. */
  question = $state(0);
  /** The message in the pane at the right. */
  current = $state.raw<SearchRow | null>(null);
  /** Set when the field is to take the focus. */
  asked = $state(false);
  starting = $state(false);

  #refused = $state(false);
  #number = $state.raw<number | null>(null);
  #looked = $state.raw<string | null>(null);
  #window: RowWindow = { first: 0, count: 60 };
  #revision = 0;
  readonly #poll: Poll<SearchFrame | null>;

  constructor(id: string) {
    this.id = id;
    this.#poll = new Poll(
      () => {
        const search = this.#number;
        // Without a search there is nothing to ask until one begins.
        if (search === null) return new Promise(() => {});
        return call("search_frame", { id, search, window: { ...this.#window, revision: this.#revision } });
      },
      (frame) => {
        if (!frame) return;
        this.#revision = frame.revision;
        this.frame = frame;
      },
      (error) => this.#lost(error),
    );
  }

  // Not derived values: those would end with the screen that first asked for them.
  get topicProblem(): TopicProblem | null {
    return this.topic === "" ? null : filterProblem(this.topic);
  }

  get badTime(): boolean {
    return spanOf(this.range, this.from, this.to, 0) === undefined;
  }

  get running(): boolean {
    return this.frame?.standing.kind === "running";
  }

  /** What can be exported; null while nothing is found. */
  get found(): Found | null {
    const { frame } = this;
    if (this.#number === null || frame === null || frame.kept === 0) return null;
    return { search: this.#number, count: frame.kept, whole: frame.standing.kind === "done" };
  }

  /** What was asked last was refused: the hits at hand belong to the question before. */
  get refused(): boolean {
    return this.#refused && this.error !== null;
  }

  /** Whether what is typed can be looked for. */
  get askable(): boolean {
    return this.topicProblem === null && !this.badTime;
  }

  /** The fields say something else than what was looked for. */
  get changed(): boolean {
    return this.#looked !== null && this.#words() !== this.#looked;
  }

  /** Follows the search while it is on screen. */
  start(): () => void {
    this.#revision = 0;
    return this.#poll.start();
  }

  look(window: RowWindow): void {
    this.#window = window;
    this.#again();
  }

  /** Begins to look for what is typed; the search before ends. */
  async begin(): Promise<void> {
    if (!this.askable || this.starting) return;
    const query = this.#query(Date.now());
    const looked = this.#words();
    this.starting = true;
    try {
      this.#number = await call("search_start", { id: this.id, query });
      this.#looked = looked;
      this.question += 1;
      this.frame = null;
      this.current = null;
      this.error = null;
      this.#refused = false;
      this.#window = { ...this.#window, first: 0 };
      this.#again();
    } catch (error) {
      this.error = error;
      this.#refused = true;
    } finally {
      this.starting = false;
    }
  }

  async stop(): Promise<void> {
    await this.#order("search_stop");
  }

  /** Goes on after it was stopped, or for more hits. */
  async goOn(): Promise<void> {
    await this.#order("search_go_on");
  }

  toggleQos(level: number): void {
    this.qos = this.qos.includes(level)
      ? this.qos.filter((one) => one !== level)
      : [...this.qos, level].sort();
  }

  /** The hit at an index of the list, if it is among those in the window. */
  at(index: number): SearchRow | undefined {
    return this.frame?.rows[index - this.frame.first];
  }

  /** The index of the current hit, if its row is in the window. */
  get row(): number {
    const at = this.frame?.rows.findIndex((row) => row.id === this.current?.id) ?? -1;
    return at < 0 || !this.frame ? -1 : this.frame.first + at;
  }

  #query(now: number): SearchQuery {
    const { property } = this;
    return {
      topic: this.topic,
      ...(spanOf(this.range, this.from, this.to, now) ?? { from: null, to: null }),
      payload: { text: this.text, regex: this.regex, anyCase: !this.matchCase },
      property:
        property === "none"
          ? null
          : { property: property === "any" ? null : property, text: this.propertyText },
      qos: [...this.qos],
      retain: this.retain === "any" ? null : this.retain === "yes",
      late: this.late,
      redelivered: this.redelivered,
    };
  }

  /** What is asked, to compare: a span of now is the same span a moment later. */
  #words(): string {
    const custom = this.range === "custom" ? [this.from, this.to] : [];
    return JSON.stringify([{ ...this.#query(0), from: this.range, to: custom }]);
  }

  #again(): void {
    this.#revision = 0;
    this.#poll.again();
  }

  #lost(error: unknown): void {
    this.error = error;
    this.#refused = false;
    const reason = error instanceof CommandError ? error.reason : null;
    if (reason?.kind === "search" || reason?.kind === "notOpen") {
      this.#number = null;
      this.#looked = null;
    }
  }

  async #order(command: "search_stop" | "search_go_on"): Promise<void> {
    const search = this.#number;
    if (search === null) return;
    try {
      await call(command, { id: this.id, search });
      this.error = null;
      this.#again();
    } catch (error) {
      this.#lost(error);
    }
  }
}

// Looked up, never drawn: what is drawn is inside each.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const searches = new Map<string, HistorySearch>();

/** The search of a connection, the same for as long as it is open. */
export function searchOf(id: string): HistorySearch {
  let search = searches.get(id);
  if (!search) searches.set(id, (search = new HistorySearch(id)));
  return search;
}

/** The connection was closed, and its search with it. */
export function forgetSearch(id: string): void {
  searches.delete(id);
}
