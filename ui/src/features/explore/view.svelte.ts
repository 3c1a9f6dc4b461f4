import { call } from "$lib/ipc/call";
import type { Format, MessageInfo, RenderedPayload, TopicFrame } from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";
import { TopicHistory } from "./history.svelte";

/**
 * What is looked at of one topic: its latest message as it comes, or one message of its history that was
 * chosen. It holds the lines of one payload and a stretch of the history, nothing else.
 */
export class TopicView {
  readonly id: string;
  readonly topic: string;
  readonly history: TopicHistory;
  frame = $state.raw<TopicFrame | null>(null);
  /** The message chosen in the history; null follows the latest. */
  chosen = $state.raw<number | null>(null);
  info = $state.raw<MessageInfo | null>(null);
  payload = $state.raw<RenderedPayload | null>(null);
  format = $state.raw<Format | null>(null);
  whole = $state(false);
  loading = $state(false);
  error = $state.raw<unknown>(null);
  /** Two messages to compare. */
  a = $state.raw<number | null>(null);
  b = $state.raw<number | null>(null);
  comparing = $state(false);

  #changes: boolean;
  #busy = false;
  #again = false;

  readonly #poll = new Poll<TopicFrame>(
    () => call("topic_frame", { id: this.id, topic: this.topic, known: this.frame?.message?.id ?? null }),
    (frame) => {
      const news = frame.message?.id !== this.frame?.message?.id;
      this.frame = frame;
      if (news) void this.#news(frame);
    },
    (error) => (this.error = error),
  );

  constructor(id: string, topic: string, changes: boolean) {
    this.id = id;
    this.topic = topic;
    this.#changes = changes;
    this.history = new TopicHistory(id, topic);
  }

  start(): () => void {
    return this.#poll.start();
  }

  get live(): boolean {
    return this.chosen === null;
  }

  /** The message shown; null where the topic has none itself. */
  readonly shown: number | null = $derived(this.chosen ?? this.frame?.message?.id ?? null);

  /** Shows one message of the history; the latest again follows the topic. */
  choose(message: number | null): void {
    const next = message === this.frame?.message?.id ? null : message;
    if (next === this.chosen) return;
    this.chosen = next;
    this.whole = false;
    void this.#read();
  }

  show(format: Format | null): void {
    this.format = format;
    void this.#read();
  }

  loadWhole(): void {
    if (this.whole) return;
    this.whole = true;
    void this.#read();
  }

  /** Whether values that differ from the message before are marked. */
  mark(changes: boolean): void {
    this.#changes = changes;
    void this.#read();
  }

  /** The neighbour of the shown message in the history: 1 is older, -1 newer. */
  async step(by: 1 | -1): Promise<void> {
    const at = this.history.rows.findIndex((row) => row.id === this.shown);
    if (by === 1 && at === this.history.rows.length - 1) await this.history.older();
    const row = this.history.rows[at + by];
    if (row) this.choose(row.id);
  }

  /** Marks the shown message, or takes the mark off it. */
  toggle(mark: "a" | "b", message: number | null = this.shown): void {
    if (message === null) return;
    this[mark] = this[mark] === message ? null : message;
    if (mark === "a" && this.b === this.a) this.b = null;
    if (mark === "b" && this.a === this.b) this.a = null;
  }

  /** Compares what is marked; without marks, the shown message with the one before. */
  async compare(): Promise<void> {
    if (this.comparing) {
      this.comparing = false;
      return;
    }
    this.b ??= this.shown;
    if (this.a === null && this.b !== null) {
      const before = await this.history.before(this.b).catch((error: unknown) => void (this.error = error));
      this.a = before?.id ?? null;
    }
    this.comparing = this.a !== null && this.b !== null && this.a !== this.b;
  }

  async #news(frame: TopicFrame): Promise<void> {
    await this.history.grew(frame.message?.id ?? null);
    if (this.live) await this.#read();
  }

  /** Reads what is to be shown. One reading at a time: a fast topic is shown as fast as it can be read. */
  async #read(): Promise<void> {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    this.loading = true;
    try {
      do {
        this.#again = false;
        await this.#readOnce();
      } while (this.#again);
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      this.#busy = false;
      this.loading = false;
    }
  }

  async #readOnce(): Promise<void> {
    const { shown, format, whole } = this;
    if (shown === null) {
      this.info = null;
      this.payload = null;
      return;
    }
    const latest = this.frame?.message;
    const [info, before] = await Promise.all([
      latest?.id === shown ? latest : call("message_info", { id: this.id, message: shown }),
      this.#changes ? this.history.before(shown) : null,
    ]);
    const payload = await call("message_payload", {
      id: this.id,
      request: { message: shown, format, whole, against: before?.id ?? null },
    });
    this.info = info;
    this.payload = payload;
  }
}
