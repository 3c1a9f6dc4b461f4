// Work that goes on in the backend while the window does other things: exports, imports, replays, deleting.
import { call } from "$lib/ipc/call";
import type { JobOrder, JobState } from "$lib/ipc/generated";
import { Poll } from "./poll";

const running: readonly JobState["kind"][] = [
  "exporting",
  "importing",
  "surveying",
  "replaying",
  "deleting",
  "restoring",
];

/** One job, followed until it is over. */
export class Job {
  state = $state.raw<JobState | null>(null);
  error = $state.raw<unknown>(null);
  readonly over: boolean = $derived(this.state !== null && !running.includes(this.state.kind));

  /** How it ends. */
  readonly end: Promise<JobState>;

  #revision = 0;
  readonly #poll: Poll<{ revision: number; state: JobState }>;

  constructor(
    readonly number: number,
    /** What it is about: the connection, the file. */
    readonly name: string,
  ) {
    let ended: (state: JobState) => void;
    this.end = new Promise((resolve) => (ended = resolve));
    this.#poll = new Poll(
      () => call("job_frame", { job: number, revision: this.#revision }),
      (frame) => {
        this.#revision = frame.revision;
        this.state = frame.state;
        this.error = null;
        if (running.includes(frame.state.kind)) return;
        this.#poll.stop();
        ended(frame.state);
      },
      (error) => (this.error = error),
    );
    this.#poll.start();
  }

  async order(order: JobOrder): Promise<void> {
    try {
      await call("job_order", { job: this.number, order });
    } catch (error) {
      this.error = error;
    }
  }

  /** Stops looking; the job goes on. */
  leave(): void {
    this.#poll.stop();
  }
}

/** The jobs that the window shows, until they are dismissed. */
class Jobs {
  list = $state.raw<readonly Job[]>([]);

  add(number: number, name: string): void {
    this.show(new Job(number, name));
  }

  show(job: Job): void {
    this.list = [...this.list, job];
  }

  dismiss(job: Job): void {
    job.leave();
    this.list = this.list.filter((one) => one !== job);
  }
}

export const jobs = new Jobs();
