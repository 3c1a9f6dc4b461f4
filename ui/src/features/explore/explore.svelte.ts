import { i18n } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import type { NumberField } from "$lib/ipc/generated";
import { copyText } from "$lib/ipc/window";
import { notices } from "$lib/state/notices.svelte";
import { isPartial, remove, takeBack } from "$lib/state/removal";
import { changeText, errorText, failureTexts } from "$lib/words";
import { BusiestList } from "./busiest.svelte";
import { retainedBelow } from "./retained";
import { TimeMachine } from "./time/machine.svelte";
import { TopicTree } from "./tree.svelte";
import { TopicView } from "./view.svelte";

/** What the screen needs from the window around it. */
export interface Surroundings {
  /** Opens the publish panel with this topic. */
  publish: (topic: string) => void;
  openCharts: () => void;
  /** Asks how the messages on the topics of a filter are to be written into a file. */
  exportMessages: (filter: string) => void;
  /** What a key does in the window, if it does anything: it does not look for a name in the tree at once. */
  shortcut: (event: KeyboardEvent) => (() => void) | undefined;
}

/** The Explore screen of one connection: what is selected, how it is shown, and what can be done with it. */
export class Explore {
  readonly id: string;
  readonly tree: TopicTree;
  readonly time: TimeMachine;
  readonly busiest: BusiestList;
  readonly shortcut: Surroundings["shortcut"];
  view = $state.raw<TopicView | null>(null);
  /** Mark what changed from the message before. */
  changes = $state(true);
  wrap = $state(false);
  /** The history lists what changed instead of the payload. */
  differences = $state(true);
  finding = $state(false);
  /** Retained messages to be deleted, once it is confirmed. */
  clearing = $state.raw<string[] | null>(null);
  /** Numbers of a message, one of which is to be charted. */
  charting = $state.raw<{ topic: string; fields: NumberField[] } | null>(null);
  /** Set by the panes that can take the focus. */
  focusTree: () => void = () => {};
  focusFilter: () => void = () => {};
  readonly #around: Surroundings;

  constructor(id: string, around: Surroundings) {
    this.id = id;
    this.#around = around;
    this.shortcut = around.shortcut;
    this.tree = new TopicTree(id, (topic) => this.#open(topic));
    this.time = new TimeMachine(id, () => {
      this.tree.turned();
      this.view?.turned();
    });
    this.busiest = new BusiestList(id);
  }

  readonly topic: string | null = $derived(this.view?.topic ?? null);

  #open(topic: string): void {
    if (this.view?.topic === topic) return;
    this.finding = false;
    this.view = new TopicView(this.id, topic, this.changes);
  }

  /** Goes to a topic, also where the filter hides it. */
  async show(topic: string): Promise<void> {
    if ((await this.tree.goTo(topic)) || this.tree.filter === "") return;
    await this.tree.narrow("");
    await this.tree.goTo(topic);
  }

  setChanges(changes: boolean): void {
    this.changes = changes;
    this.view?.mark(changes);
  }

  /** Escape: closes what is open, from the inside out. */
  back(): void {
    const { view } = this;
    if (this.finding) this.finding = false;
    else if (view?.comparing) view.comparing = false;
    else if (view && !view.live) view.choose(null);
    else if (this.time.hand !== null) void this.time.back();
    else if (this.time.open) void this.time.close();
    else if (this.tree.filter !== "") void this.tree.narrow("");
  }

  /** Says why what acts on the present is not done while the tree shows the past. */
  #inPast(): boolean {
    if (this.time.past) notices.tell(i18n.m.timeMachine.actsOnNow);
    return this.time.past;
  }

  /** Goes to a topic of a comparison, which need not be there at the time shown. */
  async reveal(topic: string): Promise<void> {
    if (!(await this.tree.goTo(topic))) notices.tell(i18n.m.timeMachine.notThere({ topic }));
  }

  publishHere(topic = this.topic): void {
    if (this.#inPast()) return;
    if (topic !== null) this.#around.publish(topic);
  }

  async showOnly(row = this.tree.selectedInView): Promise<void> {
    if (row) await this.tree.narrow(`${row.topic}/#`, { mode: "text", scope: "topic" });
  }

  /** The filter with the payloads in its reach, ready to be typed. */
  searchPayloads(): void {
    const { narrowing } = this.tree;
    narrowing.options = true;
    void narrowing.look(true, true);
    this.focusFilter();
  }

  async copyTopic(topic = this.topic): Promise<void> {
    if (topic !== null) await this.attempt(() => this.#copy(topic));
  }

  /** The whole payload as it is shown, also where only its beginning is on screen. */
  async copyPayload(): Promise<void> {
    const { view } = this;
    await view?.arrived;
    const message = view?.shown ?? null;
    if (!view || message === null) return;
    const format = view.format;
    await this.attempt(async () => {
      await call("message_copy", { id: this.id, message, format });
      notices.tell(i18n.m.explore.copied);
    });
  }

  async savePayload(): Promise<void> {
    const { view } = this;
    await view?.arrived;
    const message = view?.shown ?? null;
    if (message === null) return;
    await this.attempt(async () => {
      const { path } = await call("message_save", { id: this.id, message });
      if (path !== null) notices.tell(i18n.m.explore.saved({ path }));
    });
  }

  async #copy(text: string): Promise<void> {
    await copyText(text);
    notices.tell(i18n.m.explore.copied);
  }

  copyProperties(): Promise<void> {
    const properties = this.view?.info?.properties;
    return properties
      ? this.attempt(() => this.#copy(JSON.stringify(properties, null, 2)))
      : Promise.resolve();
  }

  /** Adds the one number of the shown message to the charts, or asks which. */
  async chart(): Promise<void> {
    const { view } = this;
    if (!view) return;
    await this.attempt(async () => {
      const { id, shown } = view;
      // A topic that was selected just now may not have told its message yet.
      const latest =
        shown === null ? await call("topic_frame", { id, topic: view.topic, known: null, look: null }) : null;
      const message = shown ?? latest?.message?.id ?? null;
      const fields = message === null ? [] : await call("message_numbers", { id: this.id, message });
      const [only, ...others] = fields;
      if (!only) notices.tell(i18n.m.explore.nothingToChart);
      else if (others.length === 0) await this.chartNumber(view.topic, only.path);
      else this.charting = { topic: view.topic, fields };
    });
  }

  async chartNumber(topic: string, path: string): Promise<void> {
    this.charting = null;
    await this.attempt(async () => {
      await call("series_add", { id: this.id, topic, path });
      const value = path === "$" ? topic : `${topic} ${path}`;
      notices.tell(i18n.m.explore.charted({ value }), {
        act: { label: i18n.m.shell.charts, run: () => this.#around.openCharts() },
      });
    });
  }

  /** Asks whether the retained messages here and below are to be deleted. */
  async askClear(topic = this.topic): Promise<void> {
    if (topic === null || this.#inPast()) return;
    await this.attempt(async () => {
      const topics = await retainedBelow(this.id, topic);
      if (topics.length === 0) notices.tell(i18n.m.explore.clearNone);
      else this.clearing = topics;
    });
  }

  async clear(): Promise<void> {
    const topics = this.clearing;
    if (!topics) return;
    await this.attempt(async () => {
      const { quick } = await remove(this.id, topics);
      if (quick === null) return;
      const text = [changeText("deleted", quick), ...failureTexts("deleted", quick)].join(" ");
      notices.tell(text, {
        bad: isPartial(quick),
        ...(quick.done > 0 && { undo: () => takeBack(this.id, quick.deletion) }),
      });
    });
    this.clearing = null;
  }

  /** Asks how the messages on the topics of a filter are to be written into a file. */
  exportMessages(filter: string): void {
    this.#around.exportMessages(filter);
  }

  /** Does something and says so where it fails. */
  async attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      notices.tell(errorText(error), { bad: true });
    }
  }
}
