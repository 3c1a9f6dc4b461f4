// The message in the inspector: its facts, its payload as lines, what was there before, and the change that
// is being written to it.
import type { CodeLine, Token as CodeToken, TokenKind } from "$lib/components/code";
import { call } from "$lib/ipc/call";
import type {
  Draft,
  Format,
  HistoryRow,
  Line,
  RenderedPayload,
  RetainedDetail,
  Token,
} from "$lib/ipc/generated";

const EARLIER = 4;

export type Shown = Extract<Format, "json" | "text" | "hex">;

const kinds: Partial<Record<Token["kind"], TokenKind>> = {
  key: "key",
  str: "str",
  num: "num",
  bool: "bool",
  null: "null",
  punct: "punct",
  offset: "punct",
};

/** A line as the payload view draws it. */
export function codeLine(line: Line): CodeLine {
  return {
    no: line.no,
    indent: line.indent,
    tokens: line.tokens.map(({ kind, text }): CodeToken => ({ kind: kinds[kind] ?? "text", text })),
  };
}

export class Inspected {
  readonly id: string;
  readonly topic: string;
  detail = $state.raw<RetainedDetail | null>(null);
  payload = $state.raw<RenderedPayload | null>(null);
  earlier = $state.raw<readonly HistoryRow[]>([]);
  format = $state<Shown>("json");
  error = $state.raw<unknown>(null);
  /** The change being written; none while reading. */
  draft = $state<Draft | null>(null);
  busy = $state(false);
  changed = $state(false);

  readonly lines: readonly CodeLine[] = $derived(this.payload?.lines.map(codeLine) ?? []);
  #read = 0;
  #message: number | null = null;

  constructor(id: string, topic: string) {
    this.id = id;
    this.topic = topic;
  }

  /** Reads the message; again when the list says that another one is retained here. */
  async read(message: number | null): Promise<void> {
    // A row that is out of view or deleted says nothing new of the message that is shown.
    if (this.#message !== null && (message === null || message === this.#message)) return;
    const mine = ++this.#read;
    await this.#act(async () => {
      const detail = await call("retained_detail", { id: this.id, topic: this.topic });
      if (mine !== this.#read) return;
      this.#message = detail.row.message;
      this.detail = detail;
      await this.#render(null, false, mine);
      const page = await call("message_page", {
        id: this.id,
        topic: this.topic,
        before: detail.row.message,
        limit: EARLIER,
      });
      if (mine === this.#read) this.earlier = page.rows;
    });
  }

  show(format: Shown): Promise<void> {
    this.format = format;
    return this.#act(() => this.#render(format, false, this.#read));
  }

  loadAll(): Promise<void> {
    return this.#act(() => this.#render(this.payload?.format ?? null, true, this.#read));
  }

  edit(): Promise<void> {
    return this.#act(async () => {
      if (this.#message === null || this.draft) return;
      const draft = await call("message_draft", { id: this.id, message: this.#message });
      this.changed = false;
      this.draft = { ...draft, topic: this.topic, retain: true };
    });
  }

  cancel(): void {
    this.draft = null;
  }

  async publish(): Promise<void> {
    const draft = this.draft;
    if (!draft || this.busy) return;
    this.busy = true;
    await this.#act(async () => {
      await call("publish", { id: this.id, draft: $state.snapshot(draft), offline: "refuse" });
      this.draft = null;
      this.changed = true;
      this.#message = null;
    });
    this.busy = false;
  }

  async #render(format: Shown | Format | null, whole: boolean, mine: number): Promise<void> {
    const message = this.detail?.message?.id;
    if (message === undefined) {
      this.payload = null;
      return;
    }
    const payload = await call("message_payload", {
      id: this.id,
      message,
      look: { format, whole, changes: false },
    });
    if (mine !== this.#read) return;
    this.payload = payload;
    // A payload with a decoder of its own is shown decoded first; of the three it is nearest to hex.
    if (format === null) {
      this.format = payload.format === "json" || payload.format === "text" ? payload.format : "hex";
    }
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
