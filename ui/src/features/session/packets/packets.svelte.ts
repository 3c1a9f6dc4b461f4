// The control packets of one connection as the window shows them: the rows in view, the filter, the packet in
// the detail pane. The log itself stays in the backend.
import type { RowWindow } from "$lib/components/virtual";
import { call } from "$lib/ipc/call";
import type {
  PacketDetail,
  PacketDirection,
  PacketFrame,
  PacketKind,
  PacketQuery,
  PacketRow,
} from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";

/** Messages and their acknowledgements: kept only on demand. */
const messageKinds: readonly PacketKind[] = ["publish", "puback", "pubrec", "pubrel", "pubcomp"];

export class Packets {
  readonly id: string;
  frame = $state.raw<PacketFrame | null>(null);
  error = $state.raw<unknown>(null);
  /** Where the last export went. */
  exported = $state<string | null>(null);

  text = $state("");
  direction = $state<PacketDirection | null>(null);
  kinds = $state.raw<readonly PacketKind[]>([]);

  /** Counts the questions: the rows of another one begin at the top. */
  question = $state(0);

  /** The number of the packet in the detail pane. */
  current = $state<number | null>(null);
  /** None while it is read, and when the packet has left the log. */
  detail = $state.raw<PacketDetail | null>(null);

  /** Message packets that were counted while they were not kept. */
  readonly counted: number = $derived.by(() => {
    const frame = this.frame;
    if (!frame || frame.messages) return 0;
    const of = frame.counts.filter((count) => messageKinds.includes(count.kind));
    return of.reduce((sum, count) => sum + count.incoming + count.outgoing, 0);
  });
  readonly filtered: boolean = $derived(
    this.text.trim() !== "" || this.direction !== null || this.kinds.length > 0,
  );

  #window: RowWindow = { first: 0, count: 60 };
  #revision = 0;
  readonly #poll: Poll<PacketFrame | null>;

  constructor(id: string) {
    this.id = id;
    this.#poll = new Poll(
      () => {
        const { first, count } = this.#window;
        const window = { query: this.#query(), first, count, revision: this.#revision };
        return call("packets_frame", { id, window });
      },
      (frame) => {
        if (!frame) return;
        this.#revision = frame.revision;
        this.frame = frame;
      },
      (error) => (this.error = error),
    );
  }

  start(): () => void {
    return this.#poll.start();
  }

  look(window: RowWindow): void {
    this.#window = window;
    this.#again();
  }

  find(text: string): void {
    this.text = text;
    this.#narrow();
  }

  only(direction: PacketDirection | null): void {
    this.direction = direction;
    this.#narrow();
  }

  /** Adds a kind to those that are shown, or takes it out; without any, all are shown. */
  toggle(kind: PacketKind): void {
    this.kinds = this.kinds.includes(kind) ? this.kinds.filter((one) => one !== kind) : [...this.kinds, kind];
    this.#narrow();
  }

  allKinds(): void {
    this.kinds = [];
    this.#narrow();
  }

  clearFilter(): void {
    this.text = "";
    this.direction = null;
    this.allKinds();
  }

  /** The row at an index of the list, if it is among those in the window. */
  at(index: number): PacketRow | undefined {
    return this.frame?.rows[index - this.frame.first];
  }

  /** The index of the packet in the detail pane, if its row is in the window. */
  get row(): number {
    const at = this.frame?.rows.findIndex((row) => row.id === this.current) ?? -1;
    return at < 0 || !this.frame ? -1 : this.frame.first + at;
  }

  async show(packet: number | null): Promise<void> {
    this.current = packet;
    if (packet === null) this.detail = null;
    else
      await this.#act(async () => {
        const detail = await call("packet_detail", { id: this.id, packet });
        if (this.current === packet) this.detail = detail;
      });
  }

  async keepMessages(keep: boolean): Promise<void> {
    await this.#act(() => call("packets_keep_messages", { id: this.id, keep }));
    this.#again();
  }

  async export(): Promise<void> {
    await this.#act(async () => {
      const { path } = await call("packets_export", { id: this.id, query: this.#query() });
      this.exported = path;
    });
  }

  #query(): PacketQuery {
    return { kinds: [...this.kinds], direction: this.direction, text: this.text.trim() };
  }

  #narrow(): void {
    this.question += 1;
    this.#window = { ...this.#window, first: 0 };
    this.#again();
  }

  #again(): void {
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
