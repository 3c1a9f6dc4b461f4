// Deleting retained messages and publishing their copies again. What takes but a moment is told where it was
// asked for; what takes longer gets a line among the jobs, where it is followed, stopped and taken back.
import { call } from "$lib/ipc/call";
import type { JobState, RetainedChange } from "$lib/ipc/generated";
import { changeText, errorText } from "$lib/words";
import { connection } from "./connection.svelte";
import { Job, jobs } from "./jobs.svelte";
import { notices } from "./notices.svelte";

/** How long it may take without a line of its own. */
export const MOMENT = 1000;

export interface Removal {
  /** What came of it; null if it takes longer, and then its line tells. */
  quick: RetainedChange | null;
  /** What came of it in the end; null if that is not known. */
  end: Promise<RetainedChange | null>;
}

/** Deletes retained messages. */
export async function remove(id: string, topics: readonly string[]): Promise<Removal> {
  return await begun(await call("retained_delete", { id, topics: [...topics] }));
}

/** Publishes the copies of a deletion again. */
export async function restore(id: string, deletion: number): Promise<Removal> {
  return await begun(await call("retained_undo", { id, deletion }));
}

/** As `restore`, from a line over the work area: tells there what came of it. */
export async function takeBack(id: string, deletion: number): Promise<void> {
  try {
    const { quick } = await restore(id, deletion);
    if (quick) notices.tell(changeText("restored", quick), { bad: isPartial(quick) });
  } catch (error) {
    notices.tell(errorText(error), { bad: true });
  }
}

/** True if something was not changed. */
export const isPartial = ({ failed, left, broken }: RetainedChange): boolean =>
  failed.length > 0 || left > 0 || broken !== null;

const changeOf = (state: JobState): RetainedChange | null =>
  state.kind === "deleted" || state.kind === "restored" ? state.change : null;

async function begun(number: number): Promise<Removal> {
  const job = new Job(number, connection.status?.name ?? "");
  const moment = new Promise<null>((resolve) => setTimeout(() => resolve(null), MOMENT));
  const state = await Promise.race([job.end, moment]);
  if (state === null) jobs.show(job);
  return { quick: state && changeOf(state), end: job.end.then(changeOf) };
}
