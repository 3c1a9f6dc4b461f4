import { call } from "$lib/ipc/call";
import type { Format, PayloadBytes, PayloadQuery } from "$lib/ipc/generated";
import { settings } from "$lib/state/settings.svelte";
import { bytesOf, INSPECTED } from "./hex";
import { Latest } from "./latest";

const WIDTH = "explore.hex.width";
const LITTLE = "explore.hex.little";
/** Bytes per row that can be chosen. */
export const WIDTHS = [8, 16, 32] as const;

interface Stretch {
  message: number;
  /** The chosen format: bytes as they came, or those inside. */
  format: Format | null;
  /** The first row in view, how many, and how many bytes each has. */
  first: number;
  rows: number;
  width: number;
  changes: boolean;
  query: PayloadQuery | null;
}

/** Bytes on a row. */
export interface HexRow {
  at: number;
  bytes: Uint8Array;
}

/** A payload as bytes: the rows in view, where the cursor stands and what is selected. */
export class HexBytes {
  readonly id: string;
  #seenWidth = $state(0);
  seen = $state.raw<PayloadBytes | null>(null);
  /** The bytes that the inspector reads. */
  inspected = $state.raw<Uint8Array>(new Uint8Array());
  error = $state.raw<unknown>(null);
  cursor = $state(0);
  /** Where the selection began; it ends at the cursor. */
  anchor = $state(0);

  readonly #stretch = new Latest<Stretch, PayloadBytes>(
    ({ message, format, first, rows, width, changes, query }) =>
      call("payload_bytes", {
        id: this.id,
        message,
        window: { format, from: first * width, count: rows * width, changes, query },
      }),
    (bytes, { width }) => {
      this.#seenWidth = width;
      this.seen = bytes;
      this.error = null;
    },
    (error) => (this.error = error),
  );
  readonly #inspect = new Latest<{ message: number; format: Format | null; from: number }, PayloadBytes>(
    ({ message, format, from }) =>
      call("payload_bytes", {
        id: this.id,
        message,
        window: { format, from, count: INSPECTED, changes: false, query: null },
      }),
    (bytes) => (this.inspected = bytesOf(bytes.hex)),
    (error) => (this.error = error),
  );

  constructor(id: string) {
    this.id = id;
  }

  readonly rows: HexRow[] = $derived.by(() => {
    if (!this.seen || this.#seenWidth !== this.width) return [];
    const bytes = bytesOf(this.seen.hex);
    const { from } = this.seen;
    const rows: HexRow[] = [];
    for (let at = 0; at < bytes.length; at += this.width)
      rows.push({ at: from + at, bytes: bytes.subarray(at, at + this.width) });
    return rows;
  });
  readonly total: number = $derived(this.seen?.total ?? 0);
  /** The first selected byte, and the one after the last. */
  readonly from: number = $derived(Math.min(this.cursor, this.anchor));
  readonly to: number = $derived(Math.min(this.total, Math.max(this.cursor, this.anchor) + 1));

  get width(): number {
    return settings.pane(WIDTH, 16);
  }
  set width(width: number) {
    settings.setPane(WIDTH, width);
  }

  get little(): boolean {
    return settings.pane(LITTLE, 0) === 1;
  }
  set little(little: boolean) {
    settings.setPane(LITTLE, little ? 1 : 0);
  }

  look(stretch: Stretch): void {
    this.#stretch.want(stretch);
  }

  inspect(message: number, format: Format | null): void {
    this.#inspect.want({ message, format, from: this.from });
  }

  /** Moves the cursor; with `extend` the selection grows. */
  go(to: number, extend = false): void {
    this.cursor = Math.max(0, Math.min(to, Math.max(0, this.total - 1)));
    if (!extend) this.anchor = this.cursor;
  }

  select(from: number, to: number): void {
    this.anchor = from;
    this.cursor = Math.max(from, to - 1);
  }
}
