// The stream of all messages as the window shows it: the rows in view, the question, whether it follows. The
// list itself stays in the backend; a row is known by its number, which it keeps while others come and go.
import type { RowWindow } from "$lib/components/virtual";
import { call } from "$lib/ipc/call";
import type {
  MessageInfo,
  RenderedPayload,
  StreamFrame,
  StreamMessage,
  StreamRow,
  TopicProblem,
} from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";

/** The message in the pane at the right. */
export interface Shown {
  info: MessageInfo;
  payload: RenderedPayload;
}

export class Stream {
  readonly id: string;
  frame = $state.raw<StreamFrame | null>(null);
  error = $state.raw<unknown>(null);

  /** As typed; what is asked is the last one without a mistake. */
  filter = $state("");
  asked = $state("");
  filterProblem = $state.raw<TopicProblem | null>(null);
  text = $state("");
  paused = $state(false);
  /** The newest rows stay in view. */
  follow = $state(true);

  /** The message whose row is current, by id. */
  current = $state<number | null>(null);
  shown = $state.raw<Shown | null>(null);

  readonly narrowed: boolean = $derived(this.asked !== "" || this.text !== "");

  /** The number of the first row wanted, and how many. */
  #window: RowWindow = { first: 0, count: 60 };
  #revision = 0;
  readonly #poll: Poll<StreamFrame>;

  constructor(id: string) {
    this.id = id;
    this.#poll = new Poll(
      () => {
        const { first, count } = this.#window;
        const { follow, paused, text } = this;
        const revision = this.#revision;
        const window = { first, count, follow, paused, filter: this.asked, text, revision };
        return call("stream_frame", { id, window });
      },
      (frame) => {
        this.#revision = frame.revision;
        this.error = null;
        this.frame = frame;
      },
      (error) => (this.error = error),
    );
  }

  start(): () => void {
    return this.#poll.start();
  }

  /** Rows came into view, by their places in the list. */
  look({ first, count }: RowWindow): void {
    const number = (this.frame?.start ?? 0) + first;
    const before = this.#window;
    this.#window = { first: number, count };
    // While it follows, the backend knows which rows are the last.
    if (before.count !== count || (!this.follow && before.first !== number)) this.#poll.again();
  }

  setFollow(follow: boolean): void {
    if (this.follow === follow) return;
    this.follow = follow;
    this.#poll.again();
  }

  pause(paused: boolean): void {
    this.paused = paused;
    this.#poll.again();
  }

  async narrow(filter: string): Promise<void> {
    this.filter = filter;
    const problem = filter === "" ? null : await call("topic_check", { topic: filter, filter: true });
    if (this.filter !== filter) return;
    this.filterProblem = problem;
    if (problem === null) {
      this.asked = filter;
      this.#anew();
    }
  }

  find(text: string): void {
    this.text = text;
    this.#anew();
  }

  async clearQuestion(): Promise<void> {
    this.text = "";
    await this.narrow("");
  }

  async clear(): Promise<void> {
    await this.#act(() => call("stream_clear", { id: this.id }));
    this.#anew();
  }

  /** The message of a row, if it is one and among those at hand. */
  at(index: number): StreamMessage | null {
    const { frame } = this;
    if (!frame) return null;
    const row: StreamRow | undefined = frame.rows[frame.start + index - frame.first];
    return row?.kind === "message" ? row.message : null;
  }

  /** The place of the current row in the list, if it is among those at hand. */
  get row(): number {
    const { frame } = this;
    const at =
      frame?.rows.findIndex((row) => row.kind === "message" && row.message.id === this.current) ?? -1;
    return at < 0 || !frame ? -1 : frame.first - frame.start + at;
  }

  async show(message: number | null): Promise<void> {
    this.current = message;
    if (message === null) this.shown = null;
    else
      await this.#act(async () => {
        const { id } = this;
        const look = { format: null, whole: false, changes: false };
        const [info, payload] = await Promise.all([
          call("message_info", { id, message }),
          call("message_payload", { id, message, look }),
        ]);
        if (this.current === message) this.shown = { info, payload };
      });
  }

  #anew(): void {
    this.follow = true;
    this.#revision = 0;
    this.#poll.again();
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
