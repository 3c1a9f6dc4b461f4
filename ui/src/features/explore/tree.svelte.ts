import { tick, untrack } from "svelte";
import type { RowWindow } from "$lib/components/virtual";
import { call } from "$lib/ipc/call";
import type {
  TreeFilter,
  TreeFrame,
  TreeFrom,
  TreeRow,
  TreeSort,
  TreeTarget,
  TreeWindow,
} from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";
import { Narrowing } from "./narrowing.svelte";

/** Typed letters belong together until this many ms pass. */
const TYPE_AHEAD = 800;
/** Frames that may pass before a topic that was gone to is drawn. */
const TRIES = 10;

/**
 * The topic tree as this window sees it: the rows in view, what is selected, and the ways to move.
 * It holds one frame and never the tree; the backend keeps what is expanded, filtered and sorted.
 */
export class TopicTree {
  readonly id: string;
  frame = $state.raw<TreeFrame | null>(null);
  selected = $state.raw<string | null>(null);
  /** How far the rows are scrolled, px: drawn again, they are where they were. */
  offset = $state(0);
  readonly narrowing: Narrowing;
  /** The pointer is over the tree: rows keep their order and their place. */
  held = $state(false);
  /** Why the last command of the tree failed. */
  error = $state.raw<unknown>(null);
  /** Scrolls the drawn rows; set by whoever draws them. */
  reveal: (row: number) => void = () => {};
  /** Keeps the drawn rows where they are on screen after so many came above them; the window they are in then. */
  shift: (by: number) => RowWindow | undefined = () => undefined;
  /** The first row in view. */
  topRow: () => number = () => 0;
  /** The row under the pointer, null while it is elsewhere. */
  pointed: () => number | null = () => null;

  #window: RowWindow = { first: 0, count: 60 };
  #selectedRow = -1;
  /** The row the selection goes to once it is at hand. */
  #aim: number | null = null;
  /** The row that is scrolled to, until the selected topic is drawn. */
  #arriving: { row: number; tries: number } | null = null;
  /** The window that the frame answers. */
  #answered: RowWindow | null = null;
  #typed = "";
  #typedAt = 0;
  /** A command is to show other rows, so the ones in view need not stay. */
  #turning = false;
  /** The rows in view are to stay in the answer. */
  #stays = false;
  readonly #onselect: (topic: string) => void;

  readonly #poll = new Poll<TreeFrame | null>(
    () => call("tree_frame", { id: this.id, window: this.#asked() }),
    (frame) => {
      this.error = null;
      if (frame) this.#show(frame);
    },
    (error) => (this.error = error),
  );

  constructor(id: string, onselect: (topic: string) => void = () => {}) {
    this.id = id;
    this.narrowing = new Narrowing(id, (error) => (this.error = error));
    this.#onselect = onselect;
  }

  /** Follows the tree while it is drawn. */
  start(): () => void {
    // An effect that starts it does not depend on what is typed, nor on where the pointer is.
    untrack(() => {
      void this.narrowing.resume();
      // The backend may know of a pointer from before the page was loaded.
      void this.#try(() => call("tree_hold", { id: this.id, held: this.held }));
    });
    const stop = this.#poll.start();
    return () => {
      stop();
      this.hold(false);
    };
  }

  /** The text of the filter as it was typed. */
  get filter(): string {
    return this.narrowing.text;
  }

  look(window: RowWindow): void {
    const { first, count } = this.#window;
    if (window.count === 0 || (window.first === first && window.count === count)) return;
    this.#window = window;
    this.#poll.again();
  }

  /** Another time is shown: asks anew. */
  turned(): void {
    this.#poll.again();
  }

  /** The selected row, where it is in the frame. */
  readonly selectedInView: TreeRow | null = $derived(
    this.frame?.rows.find((row) => row.topic === this.selected) ?? null,
  );

  /** The past time that is shown; null is the present. */
  readonly at: number | null = $derived(this.frame?.at ?? null);
  readonly paused: boolean = $derived(this.frame?.paused ?? false);
  readonly sort: TreeSort = $derived(this.frame?.sort ?? "name");

  rowAt(index: number): TreeRow | undefined {
    const { frame } = this;
    return frame?.rows[index - frame.first];
  }

  select(row: Pick<TreeRow, "topic">, index: number): void {
    this.#aim = null;
    this.#selectedRow = index;
    if (this.selected === row.topic) return;
    this.selected = row.topic;
    this.#onselect(row.topic);
  }

  /** Goes to a topic wherever it is: opens its branch, scrolls to it, selects it. False if there is none. */
  async goTo(topic: string): Promise<boolean> {
    const target = await this.#try(() => call("tree_reveal", { id: this.id, topic }));
    if (!target) return false;
    this.#arrive(target);
    return true;
  }

  /** Up and down by rows; from nowhere to the first. */
  async move(by: number): Promise<void> {
    const from = await this.#row();
    // Read after the answer: rows may have come and gone meanwhile.
    const total = this.frame?.totalRows ?? 0;
    if (total === 0) return;
    this.#toRow(from < 0 ? 0 : Math.max(0, Math.min(total - 1, from + by)));
  }

  first(): void {
    if (this.frame?.totalRows) this.#toRow(0);
  }

  last(): void {
    if (this.frame?.totalRows) this.#toRow(this.frame.totalRows - 1);
  }

  /** Left: closes the branch, or goes to its parent. */
  async left(): Promise<void> {
    const row = this.selectedInView;
    if (row?.expanded) return this.expand(row, false);
    const from = this.#from;
    if (!from) return;
    const target = await this.#try(() => call("tree_parent", { id: this.id, from }));
    if (target) this.#arrive(target);
  }

  /** Right: opens the branch, or goes to its first child. */
  async right(): Promise<void> {
    const row = this.selectedInView;
    if (!row?.hasChildren) return;
    if (row.expanded) await this.move(1);
    else await this.expand(row, true);
  }

  /** Jumps to the next sibling whose name starts with what is typed. `at` is the time in ms. */
  async type(letter: string, at: number): Promise<void> {
    this.#typed = at - this.#typedAt > TYPE_AHEAD ? letter : this.#typed + letter;
    this.#typedAt = at;
    const from = this.#from ?? { kind: "row", row: 0 };
    const prefix = this.#typed;
    const target = await this.#try(() => call("tree_type_ahead", { id: this.id, from, prefix }));
    if (target) this.#arrive(target);
  }

  /** A name is being typed: the next letter belongs to it. `at` is the time in ms. */
  typing(at: number): boolean {
    return this.#typed !== "" && at - this.#typedAt <= TYPE_AHEAD;
  }

  /** Selects the row that was clicked; a name that was being typed ends with it. */
  click(row: Pick<TreeRow, "topic">, index: number): void {
    this.#typed = "";
    this.select(row, index);
  }

  async expand(row: Pick<TreeRow, "node">, expanded: boolean, branch = false): Promise<void> {
    await this.#try(() => call("tree_expand", { id: this.id, node: row.node, expanded, branch }));
  }

  async collapseAll(): Promise<void> {
    await this.#turn(() => call("tree_collapse_all", { id: this.id }));
  }

  async narrow(text: string, how: Partial<TreeFilter> = {}): Promise<void> {
    await this.narrowing.change({ ...how, text });
  }

  /** Goes to the next topic that the filter names after the selected one, or to the one before. */
  async hit(backwards: boolean): Promise<void> {
    const target = await this.#try(() => call("tree_hit", { id: this.id, from: this.selected, backwards }));
    if (target) this.#arrive(target);
  }

  async order(sort: TreeSort): Promise<void> {
    await this.#turn(() => call("tree_sort", { id: this.id, sort }));
  }

  async pause(paused: boolean): Promise<void> {
    await this.#try(() => call("tree_pause", { id: this.id, paused }));
  }

  /** Rows keep their order while the pointer is over them. */
  hold(held: boolean): void {
    if (held === this.held) return;
    this.held = held;
    void this.#try(() => call("tree_hold", { id: this.id, held }));
  }

  #asked(): TreeWindow {
    const { first, count } = this.#window;
    // The same revision says nothing about rows that were not in the frame.
    const revision = this.#answered === this.#window ? (this.frame?.revision ?? 0) : 0;
    this.#stays = !this.#turning && !this.#going;
    return { first, count, revision, anchor: this.#anchor() };
  }

  /**
   * The row that is to stay where it is while topics come above it: the one under the pointer, or else the
   * first in view. At the very top new topics may come in, unless the pointer is on a row.
   */
  #anchor(): TreeWindow["anchor"] {
    const pointed = this.held ? this.pointed() : null;
    const row = pointed ?? this.topRow();
    const at = this.rowAt(row);
    if (!at || !this.#stays) return null;
    if (row === 0 && pointed === null) return null;
    return { topic: at.topic, row };
  }

  /** The selection is on its way to a row. */
  get #going(): boolean {
    return this.#aim !== null || this.#arriving !== null;
  }

  /**
   * By how many rows the drawn ones are to follow an answer. The pointer may have come to another row since the
   * question was asked, and that one is to stay then.
   */
  #moved(frame: TreeFrame): number {
    const pointed = this.held && this.#stays ? this.pointed() : null;
    const before = pointed === null ? undefined : this.rowAt(pointed);
    if (pointed === null || !before) return frame.moved;
    const now = frame.rows.findIndex((row) => row.topic === before.topic);
    return now < 0 ? frame.moved : frame.first + now - pointed;
  }

  #show(frame: TreeFrame): void {
    const moved = this.#moved(frame);
    this.frame = frame;
    if (moved !== 0 && !this.#going) this.#follow(moved);
    this.#answered = frame.moved === (this.#going ? 0 : moved) ? this.#window : null;
    const at = frame.rows.findIndex((row) => row.topic === this.selected);
    if (at >= 0 && this.#aim === null) this.#selectedRow = frame.first + at;
    if (this.#arriving) {
      // A branch that was just opened has more rows than were drawn when the scrolling began.
      const { row, tries } = this.#arriving;
      this.#arriving = at >= 0 || tries === 0 ? null : { row, tries: tries - 1 };
      void tick().then(() => this.reveal(at >= 0 ? frame.first + at : row));
    }
    this.#takeAim();
  }

  /** Takes the drawn rows along, and the window with them: it was answered already. */
  #follow(moved: number): void {
    const { first, count } = this.#window;
    this.#window = { first: Math.max(0, first + moved), count };
    // Once the rows are drawn and the range of scrolling is as long as they need, and before they are painted.
    void tick().then(() => this.look(this.shift(moved) ?? this.#window));
  }

  #toRow(row: number): void {
    this.#arriving = null;
    this.#aim = row;
    this.reveal(row);
    this.#takeAim();
  }

  #takeAim(): void {
    const { frame } = this;
    if (this.#aim === null || !frame) return;
    const index = Math.min(this.#aim, frame.totalRows - 1);
    const row = this.rowAt(index);
    if (row) this.select(row, index);
  }

  #arrive(target: TreeTarget): void {
    this.select(target, target.row);
    this.#arriving = { row: target.row, tries: TRIES };
    this.reveal(target.row);
    // What is drawn may be the same rows, and the row among them.
    if (this.selectedInView) this.#arriving = null;
  }

  /** Where a key begins. Rows come and go meanwhile, so that the selected topic says it better than its row. */
  get #from(): TreeFrom | null {
    if (this.#aim !== null) return { kind: "row", row: this.#aim };
    return this.selected === null ? null : { kind: "topic", topic: this.selected };
  }

  /**
   * Where the selected topic is now, or the branch that hides it since it was closed; -1 if nothing is selected.
   * Rows above it may have come and gone.
   */
  async #row(): Promise<number> {
    if (this.#aim !== null) return this.#aim;
    const { selected } = this;
    if (selected === null) return -1;
    if (this.selectedInView) return this.#selectedRow;
    const row = await this.#try(() => call("tree_place", { id: this.id, topic: selected }));
    return row ?? this.#selectedRow;
  }

  /** A command after which other rows are to be seen: those in view need not stay. */
  async #turn(run: () => Promise<unknown>): Promise<void> {
    this.#turning = true;
    this.#poll.again();
    await this.#try(run);
    this.#turning = false;
  }

  async #try<R>(run: () => Promise<R>): Promise<R | null> {
    try {
      const reply = await run();
      this.error = null;
      return reply;
    } catch (error) {
      this.error = error;
      return null;
    }
  }
}
