// The short words for where a connection stands.
import { i18n } from "$lib/i18n";
import type { ConnectionRow, Failure } from "$lib/ipc/generated";
import { secondsUntil } from "$lib/phase";

type Tone = "t1" | "t3" | "warn" | "danger";

/** Why it does not try again, in a word and a code. */
function failedShortly(failure: Failure): string {
  const words = i18n.m.connections;
  if (failure.kind === "refused") return words.refusedCode({ code: failure.reason.code });
  if (failure.kind === "disconnected") return words.endedCode({ code: failure.reason.code });
  return words.failed;
}

/** What stands at the right of a connection in the list. */
export function besides(row: ConnectionRow, now: () => number): { text: string; tone: Tone } {
  const { m, f } = i18n;
  const words = m.connections;
  const { phase } = row;
  switch (phase.kind) {
    case "connected":
      if (row.demo) return { text: words.builtIn, tone: "t3" };
      return { text: row.pingMillis === null ? "" : f.duration(row.pingMillis), tone: "t1" };
    case "connecting":
      return { text: words.trying({ attempt: phase.attempt }), tone: "warn" };
    case "waiting": {
      const wait = f.duration(secondsUntil(phase.retryAt, now()) * 1000);
      return { text: words.tryIn({ attempt: phase.attempt, wait }), tone: "warn" };
    }
    case "refused":
      return { text: failedShortly(phase.failure), tone: "danger" };
    case "offline":
      if (row.demo) return { text: words.builtIn, tone: "t3" };
      if (row.recording !== null) return { text: f.bytes(row.historyBytes), tone: "t3" };
      return { text: row.lastConnected === null ? "" : f.since(row.lastConnected, now()), tone: "t3" };
  }
}

/** The same as a sentence, for the bar above the form and for screen readers. */
export function standing(row: ConnectionRow, now: () => number): string {
  const { m, f } = i18n;
  const words = m.connections;
  const { phase } = row;
  switch (phase.kind) {
    case "connected":
      return words.connectedSince({ at: f.dateTime(phase.since, now()) });
    case "connecting":
      return words.connecting({ attempt: phase.attempt });
    case "waiting":
      return words.tryingAgainIn({ wait: f.duration(secondsUntil(phase.retryAt, now()) * 1000) });
    case "refused":
      return failedShortly(phase.failure);
    case "offline":
      return row.open ? words.openOffline : words.notConnected;
  }
}
