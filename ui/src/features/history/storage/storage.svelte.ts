// What the Storage view shows: the space of the file at its own pace, and one list of what uses it.
import { call } from "$lib/ipc/call";
import type {
  Retention,
  StorageAmount,
  StorageFrame,
  StorageLook,
  StorageOrder,
  StorageUsage,
} from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";

/** Rows of one list. */
const ROWS = 200;
const PACE_MILLIS = 2000;
/** While something is being deleted. */
const QUICK_MILLIS = 400;
export const DAY_SECS = 86_400;

export function isOver(frame: StorageFrame | null): boolean {
  const stage = frame?.clearing?.stage.kind;
  return stage !== "deleting" && stage !== "givingBack";
}

/** True if something that is kept now would go. */
export function keepsLess(now: Retention, wanted: Retention): boolean {
  const tighter = (before: number, after: number) => after > 0 && (before === 0 || after < before);
  return (
    tighter(now.maxAgeSecs, wanted.maxAgeSecs) ||
    tighter(now.maxBytes, wanted.maxBytes) ||
    tighter(now.maxPerTopic, wanted.maxPerTopic)
  );
}

export class Storage {
  frame = $state.raw<StorageFrame | null>(null);
  error = $state.raw<unknown>(null);
  usage = $state.raw<StorageUsage | null>(null);
  usageError = $state.raw<unknown>(null);
  loading = $state(false);
  branch = $state("");
  flat = $state(false);
  order = $state<StorageOrder>("bytes");
  #asked = 0;

  readonly #poll = new Poll<StorageFrame>(
    async () => {
      if (this.frame) {
        const millis = isOver(this.frame) ? PACE_MILLIS : QUICK_MILLIS;
        await new Promise((resolve) => setTimeout(resolve, millis));
      }
      return call("storage", { id: this.id });
    },
    (frame) => {
      const first = this.frame === null;
      this.error = null;
      this.#take(frame);
      if (first) void this.look();
    },
    (error) => (this.error = error),
  );

  constructor(readonly id: string) {}

  start(): () => void {
    return this.#poll.start();
  }

  /** Reads the space at once, as after something was begun. */
  async now(): Promise<void> {
    this.#take(await call("storage", { id: this.id }));
    this.#poll.again();
  }

  /**
   * Shows a frame. Something that ended since the last one, perhaps begun since as well, changed the list, and so
   * did what is kept no longer.
   */
  #take(frame: StorageFrame): void {
    const before = this.frame;
    this.frame = frame;
    const same = JSON.stringify(before?.clearing) === JSON.stringify(frame.clearing);
    if (before === null || !isOver(frame)) return;
    if (!same || frame.messages < before.messages) void this.look();
  }

  /** Reads the list; only the answer to the last question is shown. */
  async look(): Promise<void> {
    const asked = ++this.#asked;
    const look: StorageLook = { branch: this.branch, flat: this.flat, order: this.order, limit: ROWS };
    this.loading = true;
    try {
      const usage = await call("storage_usage", { id: this.id, look });
      if (asked !== this.#asked) return;
      this.usage = usage;
      this.usageError = null;
    } catch (error) {
      if (asked === this.#asked) this.usageError = error;
    }
    if (asked === this.#asked) this.loading = false;
  }

  go(branch: string): void {
    this.branch = branch;
    this.flat = false;
    void this.look();
  }

  /** The levels from the whole down to the branch. */
  get levels(): string[] {
    return this.branch === "" ? [] : this.branch.split("/");
  }

  up(): void {
    if (this.branch !== "") this.go(this.levels.slice(0, -1).join("/"));
  }

  show(flat: boolean): void {
    this.flat = flat;
    void this.look();
  }

  sort(order: StorageOrder): void {
    this.order = order;
    void this.look();
  }

  stop(): Promise<void> {
    return call("storage_stop", { id: this.id });
  }

  /** How many messages are older than this many seconds. */
  older(secs: number): Promise<StorageAmount> {
    return call("storage_amount", { id: this.id, what: { kind: "before", at: Date.now() - secs * 1000 } });
  }

  async keep(retention: Retention): Promise<void> {
    await call("retention_save", { id: this.id, retention });
    await this.now();
  }
}
