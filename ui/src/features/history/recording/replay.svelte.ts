// What is to be sent again, where to, and how: counted before it is confirmed.
import { call } from "$lib/ipc/call";
import type { ConnectionRow, ReplayOptions, ReplaySource, ReplaySurvey } from "$lib/ipc/generated";
import { Job } from "$lib/state/jobs.svelte";
import { Part } from "./part.svelte";

/** The host and port of an address, however it is spoken to; this computer, which has several names, under one. */
function placeOf(address: string): string {
  const [, host = "", port = ""] = /^\w+:\/\/(\[[^\]]*\]|[^:/]*)(:\d+)?/.exec(address.toLowerCase()) ?? [];
  return (/^(?:localhost\.?|127(?:\.\d+){3}|\[::1\])$/.test(host) ? "localhost" : host) + port;
}

export class Replay {
  readonly id: string;
  readonly part: Part;
  /** A recording in place of the history. */
  file = $state<string | null>(null);
  target = $state<string | null>(null);
  /** Times as fast; null for as fast as the broker takes it. */
  speed = $state<number | null>(1);
  prefix = $state("replay/");
  qos = $state(true);
  retain = $state(false);
  sameTopics = $state(false);
  retained = $state(false);
  error = $state.raw<unknown>(null);

  /** The counting under way, or the last one. */
  job = $state.raw<Job | null>(null);
  #counted: ReplaySource | null = null;
  /** Counts the countings: one that was begun for something else is stopped as soon as it is there. */
  #turn = 0;

  readonly survey: ReplaySurvey | null = $derived.by(() => {
    const state = this.job?.state;
    return state?.kind === "surveyed" || state?.kind === "surveying" ? state.survey : null;
  });
  readonly counted: boolean = $derived(this.job?.state?.kind === "surveyed");
  /** Those that would go: without a prefix, the broker's own topics are left out. */
  readonly messages: number = $derived(
    (this.survey?.messages ?? 0) - (this.prefix === "" ? (this.survey?.ofBroker ?? 0) : 0),
  );

  constructor(id: string, filter: string) {
    this.id = id;
    this.part = new Part(filter);
  }

  /** Whether it may send to topics the messages came from. Of a file nobody knows. */
  mayLoop(rows: readonly ConnectionRow[]): boolean {
    if (this.prefix !== "") return false;
    const [from, to] = [this.id, this.target].map((id) => rows.find((row) => row.id === id));
    if (this.file !== null || !from || !to) return true;
    return from.recording !== null || from.id === to.id || placeOf(from.address) === placeOf(to.address);
  }

  ready(rows: readonly ConnectionRow[]): boolean {
    const confirmed = (!this.mayLoop(rows) || this.sameTopics) && (!this.retain || this.retained);
    const asked = this.file !== null || !this.part.wrong;
    return asked && this.target !== null && this.counted && this.messages > 0 && confirmed;
  }

  async pick(): Promise<void> {
    await this.#act(async () => {
      const path = await call("profile_pick_file", {});
      if (path === null) return;
      this.file = path;
      await this.count();
    });
  }

  async useHistory(): Promise<void> {
    this.file = null;
    await this.count();
  }

  async count(): Promise<void> {
    // What was counted before is not what the fields say now.
    this.leave();
    if (this.file === null && this.part.wrong) return;
    const turn = this.#turn;
    await this.#act(async () => {
      const selection = this.part.selection(Date.now());
      const source: ReplaySource =
        this.file === null ? { kind: "history", id: this.id, selection } : { kind: "file", path: this.file };
      const job = new Job(await call("replay_survey", { source }), "");
      if (turn !== this.#turn) {
        void job.order("stop");
        job.leave();
        return;
      }
      this.#counted = source;
      this.job = job;
    });
  }

  /** Begins; the answer is the job. */
  async begin(): Promise<number | null> {
    const { survey, target } = this;
    let source = this.#counted;
    if (source === null || survey === null || target === null) return null;
    // What was counted is sent, and nothing that came since: it may be an echo of the replay itself.
    if (source.kind === "history")
      source = { ...source, selection: { ...source.selection, from: survey.first, to: survey.last } };
    const { speed, prefix, qos, retain, sameTopics, retained } = this;
    const options: ReplayOptions = { speed, prefix, qos, retain };
    const confirmed = { sameTopics, retained };
    let begun: number | null = null;
    await this.#act(async () => {
      begun = await call("replay_start", { id: target, source, options, confirmed });
    });
    return begun;
  }

  leave(): void {
    this.#turn += 1;
    if (this.job && !this.job.over) void this.job.order("stop");
    this.job?.leave();
    this.job = null;
  }

  async #act(run: () => Promise<unknown>): Promise<void> {
    this.error = null;
    try {
      await run();
    } catch (error) {
      this.error = error;
    }
  }
}
