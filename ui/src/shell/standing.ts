// The short words for where a connection stands.
import { i18n } from "$lib/i18n";
import type { HistoryHealth, Phase } from "$lib/ipc/generated";
import { secondsUntil } from "$lib/phase";
import { failureReason } from "$lib/words";

/** `now` in ms matters only while it waits. */
export function phaseWords(phase: Phase, now: number): string {
  const { m, f } = i18n;
  switch (phase.kind) {
    case "connected":
      return m.shell.connected;
    case "connecting":
      return m.shell.connecting;
    case "waiting": {
      const seconds = Math.max(1, secondsUntil(phase.retryAt, now));
      return m.shell.tryingAgain({ wait: f.duration(seconds * 1000) });
    }
    case "refused": {
      const reason = failureReason(phase.failure);
      return reason ? m.shell.refused({ code: reason.code }) : m.shell.failed;
    }
    case "offline":
      return m.shell.notConnected;
  }
}

/** Why nothing is stored and what to do about it; null while the history is written. */
export function stoppedWords(history: HistoryHealth): { title: string; text: string } | null {
  const words = i18n.m.shell.notStored;
  switch (history.kind) {
    case "diskFull":
      return { title: words.diskFull, text: words.diskFullText };
    case "readOnly":
      return { title: words.readOnly, text: words.readOnlyText };
    case "failed":
      return { title: words.failed, text: words.failedText({ detail: history.detail }) };
    case "well":
    case "setAside":
      return null;
  }
}
