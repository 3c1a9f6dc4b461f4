// The charts of one connection as the window shows them. Nothing is kept but the frames on screen; the
// points are in the backend, which goes on recording whatever is shown here.
import { call } from "$lib/ipc/call";
import { follow } from "$lib/ipc/follow";
import type { ChartFrame, ChartRange, ChartWords, ExportFormat, SeriesFrame } from "$lib/ipc/generated";
import {
  SHORTEST,
  heldFor,
  lengthOf,
  moved,
  ordered,
  overviewOf,
  overviewPause,
  rangeOf,
  zoneOffset,
  type Preset,
  type Span,
} from "./ranges";

const OVERVIEW_COLUMNS = 500;
/** Milliseconds between two counts of what came in while paused. */
const COUNT_PAUSE = 1_000;

export class Charts {
  readonly id: string;
  frame = $state.raw<ChartFrame | null>(null);
  overview = $state.raw<ChartFrame | null>(null);
  error = $state.raw<unknown>(null);

  preset = $state<Preset>(900);
  /** The stretch that stands still; none while the chart follows the clock. */
  held = $state.raw<Span | null>(null);
  selection = $state.raw<Span | null>(null);
  /** The series over the selection. */
  selected = $state.raw<ChartFrame | null>(null);
  /** Points that came in since the chart was paused. */
  waiting = $state(0);
  /** The time under the pointer or the arrow keys. */
  cursor = $state<number | null>(null);

  overlay = $state(false);
  fit = $state(true);
  table = $state(false);
  /** The series marked in the list. */
  current = $state<number | null>(null);
  saved = $state<string | null>(null);

  readonly paused = $derived(this.held !== null);
  readonly all: readonly SeriesFrame[] = $derived(this.frame?.series ?? []);
  readonly shown: readonly SeriesFrame[] = $derived(this.all.filter(({ series }) => !series.hidden));
  /** What is on screen, also while an answer is on its way. */
  readonly span: Span | null = $derived(this.held ?? this.frame);

  #columns = 0;
  #revision = 0;
  #trail: (Span | null)[] = [];
  #pausedAt = 0;
  #countedAt = 0;
  #overviewAt = 0;
  #loop = new AbortController();
  #running = false;

  constructor(id: string) {
    this.id = id;
  }

  /** Follows the series until the returned function is called. */
  start(): () => void {
    this.#running = true;
    this.#restart();
    return () => {
      this.#running = false;
      this.#loop.abort();
    };
  }

  /** How many pixels a lane is wide. */
  resize(columns: number): void {
    const wanted = Math.max(0, Math.round(columns));
    if (wanted === this.#columns) return;
    this.#columns = wanted;
    this.#restart();
  }

  choose(preset: Preset): void {
    this.preset = preset;
    this.#trail = [];
    this.#show(heldFor(preset, this.held));
  }

  pause(): void {
    if (this.frame && !this.held) this.#show({ from: this.frame.from, to: this.frame.to });
  }

  live(): void {
    this.#trail = [];
    this.selection = null;
    this.#show(null);
  }

  toggle(): void {
    if (this.paused) this.live();
    else this.pause();
  }

  /** Shows another stretch without a step to go back to: dragging the strip below. */
  look(span: Span): void {
    this.#show(span);
  }

  pan(share: number): void {
    if (this.span) this.#show(moved(this.span, lengthOf(this.span) * share, this.#latest()));
  }

  /** Marks a stretch while the pointer is still moving. */
  drag(a: number, b: number): void {
    const span = ordered(a, b);
    this.selection = lengthOf(span) < SHORTEST ? null : span;
    this.selected = null;
  }

  /** Marks a stretch and asks what it holds. A click, which is hardly longer than a moment, clears it. */
  select(a: number, b: number): void {
    this.drag(a, b);
    if (this.selection) void this.#measure(this.selection);
  }

  zoom(): void {
    if (!this.selection) return;
    this.#trail.push(this.held);
    const to = this.selection;
    this.selection = null;
    this.#show(to);
  }

  /** One step back: the selection, then each zoom. Says whether there was one. */
  back(): boolean {
    if (this.selection) {
      this.selection = null;
      return true;
    }
    const before = this.#trail.pop();
    if (before === undefined) return false;
    this.#show(before);
    return true;
  }

  hide(series: number, hidden: boolean): Promise<void> {
    return this.#act(() => call("series_hide", { id: this.id, series, hidden }));
  }

  remove(series: number): Promise<void> {
    return this.#act(() => call("series_remove", { id: this.id, series }));
  }

  /** Saves what is on screen; the backend asks where. */
  async export(
    format: ExportFormat,
    size: { width: number; height: number },
    dark: boolean,
    words: ChartWords,
  ): Promise<void> {
    const span = this.span;
    if (!span) return;
    await this.#act(async () => {
      const { path } = await call("chart_export", {
        id: this.id,
        export: {
          format,
          range: { kind: "fixed", from: span.from, to: span.to },
          overlay: this.overlay,
          dark,
          width: Math.round(size.width),
          height: Math.round(size.height),
          utcOffsetMinutes: zoneOffset(span.to) / 60_000,
          words,
        },
      });
      if (path !== null) this.saved = path;
    });
  }

  #latest(): number {
    return Math.max(this.overview?.to ?? 0, this.frame?.to ?? 0);
  }

  #show(span: Span | null): void {
    const latest = this.#latest();
    if (span && !this.held) {
      this.#pausedAt = latest;
      this.waiting = 0;
    }
    this.held = span;
    this.#overviewAt = 0;
    this.#restart();
  }

  /** Asks anew at once; the answer to what was asked before is ignored. */
  #restart(): void {
    this.#loop.abort();
    this.#revision = 0;
    if (!this.#running || this.#columns === 0) return;
    this.#loop = new AbortController();
    const { signal } = this.#loop;
    void follow(
      signal,
      () => this.#ask(rangeOf(this.preset, this.held), this.#columns, this.#revision),
      (frame) => {
        this.error = null;
        if (frame) {
          this.#revision = frame.revision;
          this.frame = frame;
        }
        void this.#readAside(signal);
      },
      (error) => (this.error = error),
    );
  }

  #ask(range: ChartRange, columns: number, revision: number): Promise<ChartFrame | null> {
    return call("chart_frame", { id: this.id, request: { range, columns, revision } });
  }

  /** The strip below and the count of what waits. A revision of 0 is answered at once. */
  async #readAside(signal: AbortSignal): Promise<void> {
    const now = Date.now();
    try {
      if (now >= this.#overviewAt) {
        this.#overviewAt = now + 30_000;
        const overview = await this.#ask(overviewOf(this.preset, this.held, now), OVERVIEW_COLUMNS, 0);
        if (signal.aborted) return;
        this.overview = overview;
        this.#overviewAt = now + (overview ? overviewPause(overview) : COUNT_PAUSE);
      }
      if (this.held && now >= this.#countedAt) {
        this.#countedAt = now + COUNT_PAUSE;
        const since = await this.#ask({ kind: "fixed", from: this.#pausedAt, to: now }, 1, 0);
        if (!signal.aborted && this.held) {
          this.waiting = since?.series.reduce((sum, { count }) => sum + count, 0) ?? 0;
        }
      }
    } catch (error) {
      if (!signal.aborted) this.error = error;
    }
  }

  async #measure(span: Span): Promise<void> {
    await this.#act(async () => {
      const frame = await this.#ask({ kind: "fixed", ...span }, 1, 0);
      if (this.selection === span) this.selected = frame;
    });
  }

  async #act(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.error = error;
    }
  }
}
