// How far work in the background is, and what came of it.
import { i18n } from "$lib/i18n";
import type {
  JobState,
  ReplayState,
  RetainedChange,
  RetainedFailureKind,
  RetainedGoing,
} from "$lib/ipc/generated";
import { reasonWords } from "./failures";
import { reasonText } from "./problems";

/** How far a replay is, or how it ended. */
function replayText(replay: ReplayState): string {
  const { m, f } = i18n;
  const said = m.recording.sentNow(replay);
  if (replay.nextMillis !== null && replay.nextMillis >= 1000)
    return m.recording.nextIn({ said, wait: f.duration(replay.nextMillis) });
  if (replay.behindMillis >= 1000) return m.recording.behindBy({ said, by: f.duration(replay.behindMillis) });
  return said;
}

/** What of a replay did not arrive, and why: one text for each reason. */
export function refusalTexts(replay: ReplayState): string[] {
  const { recording } = i18n.m;
  const refused = Object.entries(replay.refused).map(([code, count]) =>
    recording.refused({ count, code: Number(code), title: reasonWords("puback", Number(code)).title }),
  );
  const notSent = replay.notSent.map(({ why, count }) => recording.notSent[why]({ count }));
  const unknown = replay.unknown > 0 ? [recording.unknown({ count: replay.unknown })] : [];
  return [...refused, ...unknown, ...notSent];
}

/** What came of deleting retained messages or of publishing them again, in a line. */
export function changeText(kind: "deleted" | "restored", change: RetainedChange): string {
  const m = i18n.m.retained;
  const parts = [(kind === "deleted" ? m.deletedPlain : m.restoredPlain)({ count: change.done })];
  if (change.left > 0) parts.push(m.leftAlone({ count: change.left }));
  else if (kind === "deleted" && change.failed.length === 0)
    parts.push(change.verified ? m.verified : m.notVerified);
  if (change.broken !== null) parts.push(reasonText(change.broken));
  return parts.join(" ");
}

/** Which messages were not changed, and why: one text for each reason. */
export function failureTexts(kind: "deleted" | "restored", change: RetainedChange): string[] {
  const m = i18n.m.retained;
  const words = kind === "deleted" ? m.failed : m.notRestored;
  return change.failed.map(({ why, count }) => `${words({ count })}: ${whyText(why)}`);
}

/** Why a retained message was not deleted or published again. */
export function whyText(why: RetainedFailureKind): string {
  const m = i18n.m.retained;
  switch (why.kind) {
    case "refused":
      return m.whyRefused({ code: why.reason.code, name: why.reason.reasonString ?? why.reason.name });
    case "stillThere":
      return m.whyStillThere;
    case "missing":
      return m.whyMissing;
    case "notSent":
      return m.whyNotSent;
  }
}

function goingText(said: string, going: RetainedGoing): string {
  const { m } = i18n;
  const all = going.failed > 0 ? m.retained.withFailed({ said, count: going.failed }) : said;
  return going.waits ? m.recording.waits({ said: all }) : all;
}

/** Where a job in the background stands. */
export function jobText(state: JobState): string {
  const { m, f } = i18n;
  const { recording } = m;
  switch (state.kind) {
    case "exporting":
      return recording.exportingNow({ count: state.messages, size: f.bytes(state.bytes) });
    case "exported":
      return recording.exported({ count: state.messages, size: f.bytes(state.bytes), path: state.path });
    case "importing":
      return state.messages === 0 ? recording.checkingNow : recording.importingNow({ count: state.messages });
    case "imported":
      return state.moved > 0
        ? recording.importedMoved({ count: state.messages, moved: state.moved })
        : recording.imported({ count: state.messages });
    case "surveying":
    case "surveyed":
      return recording.counting({ messages: state.survey.messages });
    case "replaying": {
      const said = replayText(state.replay);
      if (state.paused) return recording.paused({ said });
      return state.replay.waits ? recording.waits({ said }) : said;
    }
    case "replayed": {
      const said = recording.sentNow(state.replay);
      return state.stopped ? recording.replayStopped({ said }) : recording.replayed({ said });
    }
    case "deleting":
      return goingText(m.retained.deletingNow(state.going), state.going);
    case "restoring":
      return goingText(m.retained.restoringNow(state.going), state.going);
    case "deleted":
    case "restored":
      return changeText(state.kind, state.change);
    case "stopped":
      return recording.stopped;
    case "failed":
      return reasonText(state.error);
  }
}
