import { call } from "$lib/ipc/call";
import type { HistoryRow } from "$lib/ipc/generated";

const PAGE = 60;
/** What a live topic brings between two looks is rarely more. */
const LATEST = 20;
/** More rows than this are not kept; the newest go first, and come back at the top. */
const MOST = 2000;

/**
 * A stretch of a topic's history, newest first. Older pages come as they are scrolled to. While the list is
 * at its top it takes in what is new; scrolled away it stays as it is, so that nothing moves under the reader.
 */
export class TopicHistory {
  readonly id: string;
  readonly topic: string;
  rows = $state.raw<HistoryRow[]>([]);
  /** There is more before the last row. */
  more = $state(false);
  /** There is more after the first row. */
  newer = $state(false);
  loaded = $state(false);
  error = $state.raw<unknown>(null);
  #atTop = true;
  #latest: number | null = null;
  #reading: Promise<void> | null = null;
  /** Counts the times that were turned to; a page read for another one is not taken. */
  #turns = 0;

  constructor(id: string, topic: string) {
    this.id = id;
    this.topic = topic;
  }

  /** The message before this one, if it is at hand or can be read. */
  async before(message: number): Promise<HistoryRow | null> {
    const at = this.rows.findIndex((row) => row.id === message);
    const next = at < 0 ? undefined : this.rows[at + 1];
    if (next) return next;
    if (at >= 0 && !this.more) return null;
    const page = await call("message_page", { id: this.id, topic: this.topic, before: message, limit: 1 });
    return page.rows[0] ?? null;
  }

  /** Tells that this is the latest message now. */
  async grew(latest: number | null): Promise<void> {
    this.#latest = latest;
    if (latest === null || this.rows[0]?.id === latest) {
      this.loaded = true;
      return;
    }
    if (this.#atTop) await this.#once(() => this.#takeLatest());
    else this.newer = true;
  }

  /** Tells how many there are now: deleting begins with the oldest, so what is more at the end is gone. */
  has(count: number): void {
    if (this.rows.length <= count) return;
    this.rows = this.rows.slice(0, count);
    this.more = false;
  }

  /** Another time is shown, which has another newest message: begins again. */
  turned(): void {
    this.#turns++;
    this.rows = [];
    this.more = false;
    this.newer = false;
    this.loaded = false;
    this.#atTop = true;
    this.#latest = null;
  }

  /** Whether the first rows are in view. */
  async scrolled(atTop: boolean): Promise<void> {
    this.#atTop = atTop;
    if (atTop && this.newer) await this.#once(() => this.#takeLatest());
  }

  async older(): Promise<void> {
    const last = this.rows.at(-1);
    if (!last || !this.more) return;
    await this.#once(async () => {
      const turn = this.#turns;
      const page = await call("message_page", {
        id: this.id,
        topic: this.topic,
        before: last.id,
        limit: PAGE,
      });
      if (turn !== this.#turns) return;
      const rows = [...this.rows, ...page.rows];
      const over = Math.max(0, rows.length - MOST);
      this.rows = rows.slice(over);
      this.newer ||= over > 0;
      this.more = page.more;
    });
  }

  async #takeLatest(): Promise<void> {
    let known: number | null;
    do {
      known = this.#latest;
      const turn = this.#turns;
      const limit = this.rows.length === 0 ? PAGE : LATEST;
      const page = await call("message_page", { id: this.id, topic: this.topic, before: null, limit });
      if (turn !== this.#turns) return;
      this.#merge(page.rows, page.more);
      this.newer = false;
      this.loaded = true;
      // More may have come while this page was read.
    } while (this.#atTop && this.#latest !== known);
  }

  #merge(latest: HistoryRow[], more: boolean): void {
    const first = this.rows[0]?.id;
    const joint = first === undefined ? -1 : latest.findIndex((row) => row.id === first);
    if (joint >= 0) {
      this.rows = [...latest.slice(0, joint), ...this.rows].slice(0, MOST);
      this.more ||= this.rows.length === MOST;
    } else {
      // Too much has come since: a list with a hole in it would not be a history.
      this.rows = latest;
      this.more = more;
    }
  }

  /** One reading at a time; what else is asked for meanwhile waits for the same. */
  #once(read: () => Promise<void>): Promise<void> {
    this.#reading ??= read()
      .then(() => void (this.error = null))
      .catch((error: unknown) => void (this.error = error))
      .finally(() => (this.#reading = null));
    return this.#reading;
  }
}
