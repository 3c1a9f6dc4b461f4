import { call, CommandError } from "$lib/ipc/call";
import type { FilterMode, FilterProblem, TreeFilter } from "$lib/ipc/generated";

const nothing: TreeFilter = { text: "", mode: "text", scope: "topic", matchCase: false };

/** What each connection was narrowed to last, as long as the window lives. */
const remembered: Record<string, TreeFilter> = {};

/**
 * What the tree is narrowed to: the text as typed, how it is read and where it is looked for. The backend
 * does the work; where it can't read the text, it keeps the last filter and says why.
 */
export class Narrowing {
  readonly id: string;
  wanted: TreeFilter = $state.raw(nothing);
  /** How the backend reads the text: a topic filter is recognised in a plain text. */
  readAs: FilterMode = $state.raw("text");
  problem: FilterProblem | null = $state.raw(null);
  /** The row of options is shown. */
  options = $state(false);

  readonly #onfail: (error: unknown) => void;

  /** `onfail` is told why the backend could not be asked at all. */
  constructor(id: string, onfail: (error: unknown) => void) {
    this.id = id;
    this.#onfail = onfail;
    this.wanted = remembered[id] ?? nothing;
    this.options = this.special;
  }

  readonly text: string = $derived(this.wanted.text);
  readonly inTopics: boolean = $derived(this.wanted.scope !== "value");
  readonly inValues: boolean = $derived(this.wanted.scope !== "topic");
  readonly wildcards: boolean = $derived(
    this.wanted.mode === "wildcards" || (this.text !== "" && this.readAs === "wildcards"),
  );
  /** Not just a text in any topic. */
  readonly special: boolean = $derived(
    this.wanted.mode !== "text" || this.wanted.scope !== "topic" || this.wanted.matchCase,
  );

  /** Asks again for what is in the field: the connection may have been opened anew, or the page loaded. */
  async resume(): Promise<void> {
    await this.#ask();
  }

  async change(part: Partial<TreeFilter>): Promise<void> {
    const next = { ...this.wanted, ...part };
    // Wildcards know only topics.
    if (next.mode === "wildcards") next.scope = "topic";
    this.wanted = next;
    remembered[this.id] = next;
    await this.#ask();
  }

  /** A way of reading is on or off; off is a plain text. */
  toggle(mode: FilterMode): Promise<void> {
    return this.change({ mode: this.wanted.mode === mode ? "text" : mode });
  }

  /** Looks into topics, values, or both; never into neither. */
  look(topics: boolean, values: boolean): Promise<void> {
    const scope = values ? (topics ? "both" : "value") : "topic";
    const mode = values && this.wanted.mode === "wildcards" ? "text" : this.wanted.mode;
    return this.change({ scope, mode });
  }

  async #ask(): Promise<void> {
    const asked = this.wanted;
    try {
      const readAs = await call("tree_filter", { id: this.id, filter: asked });
      if (asked !== this.wanted) return;
      this.readAs = readAs;
      this.problem = null;
    } catch (error) {
      if (!(error instanceof CommandError) || error.reason.kind !== "filter") this.#onfail(error);
      else if (asked === this.wanted) this.problem = error.reason.problem;
    }
  }
}
