import { call } from "$lib/ipc/call";
import type {
  Format,
  MessageInfo,
  PayloadLook,
  RenderedPayload,
  RowShape,
  TopicFrame,
} from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";
import { PayloadFind } from "./find.svelte";
import { HexBytes } from "./hexView.svelte";
import { TopicHistory } from "./history.svelte";
import { WholeRows } from "./rows.svelte";

/**
 * What is looked at of one topic: its latest message as it comes, or one message of its history that was
 * chosen. It holds the beginning of one payload, what is in view of the rest, and a stretch of the history.
 */
export class TopicView {
  readonly id: string;
  readonly topic: string;
  readonly history: TopicHistory;
  /** All of the payload in rows, and as bytes. */
  readonly rows: WholeRows;
  readonly hex: HexBytes;
  readonly find: PayloadFind;
  /** Settles once it is known what the topic has: a key may be quicker than that. */
  readonly arrived: Promise<void>;
  /** How the whole payload is broken into rows, as its view says. */
  shape = $state.raw<RowShape>({ format: null, columns: null });
  /** The line that keys and a press choose, to be copied from. */
  cursor = $state(-1);
  frame = $state.raw<TopicFrame | null>(null);
  /** The message chosen in the history; null follows the latest. */
  chosen = $state.raw<number | null>(null);
  info = $state.raw<MessageInfo | null>(null);
  payload = $state.raw<RenderedPayload | null>(null);
  format = $state.raw<Format | null>(null);
  /** The choice that the payload here was read by; another may have been made, whose answer is to come. */
  drawn = $state.raw<Format | null>(null);
  whole = $state(false);
  loading = $state(false);
  error = $state.raw<unknown>(null);
  /** Two messages to compare. */
  a = $state.raw<number | null>(null);
  b = $state.raw<number | null>(null);
  comparing = $state(false);

  #arrive: () => void = () => {};
  #changes: boolean;
  #busy = false;
  #again = false;
  /** The latest message that was shown with the look of now, 0 if there was none. */
  #known: number | null = null;
  /** It is being read in another way, so the rows of before are none of what comes. */
  #anew = false;

  // The payload comes with the answer, because each further question is waited for by who has clicked.
  readonly #poll = new Poll<TopicFrame>(
    () =>
      call("topic_frame", {
        id: this.id,
        topic: this.topic,
        known: this.#known,
        look: this.live ? this.#look : null,
      }),
    (frame) => this.#take(frame),
    (error) => {
      this.error = error;
      this.loading = false;
    },
  );

  constructor(id: string, topic: string, changes: boolean) {
    this.id = id;
    this.topic = topic;
    this.#changes = changes;
    this.history = new TopicHistory(id, topic);
    this.rows = new WholeRows(id);
    this.hex = new HexBytes(id);
    this.find = new PayloadFind(id);
    this.arrived = new Promise((resolve) => (this.#arrive = resolve));
  }

  start(): () => void {
    const stop = this.#poll.start();
    return () => {
      stop();
      // Nobody waits for it; a connection that was closed meanwhile holds no payload either.
      call("payload_close", { id: this.id }).catch(() => {});
    };
  }

  get live(): boolean {
    return this.chosen === null;
  }

  /** The message shown; null where the topic has none itself. */
  readonly shown: number | null = $derived(this.chosen ?? this.frame?.message?.id ?? null);

  /** Another time is shown: what is looked at now is the latest message by then. */
  turned(): void {
    this.chosen = null;
    this.whole = false;
    this.comparing = false;
    this.a = null;
    this.b = null;
    this.history.turned();
    this.#lookAgain();
  }

  /** Shows one message of the history; the latest again follows the topic. */
  choose(message: number | null): void {
    const next = message === this.frame?.message?.id ? null : message;
    if (next === this.chosen) return;
    this.chosen = next;
    this.whole = false;
    this.cursor = -1;
    this.#lookAgain();
  }

  show(format: Format | null): void {
    this.format = format;
    this.cursor = -1;
    this.#anew = true;
    this.#lookAgain();
  }

  /** All of the payload is shown, not only its beginning: its rows are read as they come into view. */
  loadWhole(): void {
    this.whole = true;
  }

  /** Whether values that differ from the message before are marked. */
  mark(changes: boolean): void {
    this.#changes = changes;
    this.#lookAgain();
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

  get #look(): PayloadLook {
    return { format: this.format, whole: false, changes: this.#changes };
  }

  #take(frame: TopicFrame): void {
    const latest = frame.message?.id ?? null;
    this.history.has(frame.count);
    if (latest !== this.frame?.message?.id || !this.history.loaded) void this.history.grew(latest);
    this.frame = frame;
    this.#arrive();
    this.#known = latest ?? 0;
    if (!this.live) return;
    // An answer without news keeps what is drawn.
    if (frame.payload || !frame.message) {
      this.info = frame.message;
      // An answer to an earlier choice is not shown by the poll.
      this.#came(frame.payload, this.format);
    }
    this.loading = false;
    this.error = null;
  }

  /** Shows with the look of now what is shown already. */
  #lookAgain(): void {
    this.loading = true;
    if (!this.live) return void this.#read();
    this.#known = null;
    this.#poll.again();
  }

  /** Reads the chosen message. One reading at a time. */
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
    const { id, chosen: message } = this;
    if (message === null) return;
    const look = this.#look;
    const [info, payload] = await Promise.all([
      call("message_info", { id, message }),
      call("message_payload", { id, message, look }),
    ]);
    // Meanwhile another message may have been chosen, or none.
    if (this.chosen !== message) return;
    this.info = info;
    this.#came(payload, look.format);
  }

  #came(payload: RenderedPayload | null, format: Format | null): void {
    if (this.#anew || format !== this.drawn) this.rows.forget();
    this.#anew = false;
    this.payload = payload;
    this.drawn = format;
  }
}
