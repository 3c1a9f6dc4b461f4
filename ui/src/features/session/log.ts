// The log of a connection as rows, newest first: what belongs together is one row. Pure but for the words,
// which follow the language of the window.
import { i18n } from "$lib/i18n";
import { phrase, type PhrasePart } from "$lib/i18n/phrase";
import type { Failure, Reason, TimelineEntry } from "$lib/ipc/generated";
import {
  failureDetail,
  failureReason,
  failureWords,
  flappingText,
  missedText,
  reasonWords,
  type ReasonPacket,
} from "$lib/words";

export type LogMark = "connected" | "trying" | "refused" | "off" | "missed" | "added" | "removed";

export interface LogRow {
  /** When it began; the day head above follows it too. */
  at: number;
  mark: LogMark;
  title: PhrasePart[];
  /** The reason code, if there is one. */
  code: number | null;
  /** At the right end. */
  aside: string;
  text: string[];
  /** Word for word, from the broker or the system. */
  said: string | null;
  /** Another client uses the client ID: a new one is the way out. */
  newClient: boolean;
}

/** Codes that a new client ID answers: not valid, and taken over by another client. */
const wantsNewClient = (reason: Reason | null) => reason?.code === 133 || reason?.code === 142;

export function rowsOf(entries: readonly TimelineEntry[]): LogRow[] {
  const words = i18n.m.session;
  const { f } = i18n;
  const rows: LogRow[] = [];
  let before: TimelineEntry["event"]["kind"] | null = null;

  const add = (at: number, mark: LogMark, title: PhrasePart[], more: Partial<LogRow> = {}) =>
    rows.push({ at, mark, title, code: null, aside: "", text: [], said: null, newClient: false, ...more });

  function failed(at: number, mark: LogMark, title: string, failure: Failure): void {
    const reason = failureReason(failure);
    const { means } = failureWords(failure);
    add(at, mark, phrase(title), {
      code: reason?.code ?? null,
      text: [means],
      said: failureDetail(failure),
    });
  }

  function answered(
    at: number,
    reason: Reason,
    packet: ReasonPacket,
    filter: string,
    titles: { good: (v: { filter: string }) => string; bad: (v: { filter: string }) => string },
    mark: LogMark,
  ): void {
    const bad = reason.code >= 128;
    const { title, means } = reasonWords(packet, reason.code);
    add(at, bad ? "refused" : mark, phrase(bad ? titles.bad : titles.good, { filter }), {
      code: reason.code,
      text: [bad ? `${title}. ${means}` : title],
      said: reason.reasonString,
    });
  }

  for (const { at, event } of [...entries].sort((a, b) => a.at - b.at)) {
    const last = rows.at(-1);
    switch (event.kind) {
      case "connected":
        add(at, "connected", phrase(event.sessionPresent ? words.connectedResumed : words.connectedNew), {
          code: 0,
          aside: event.awayMillis === null ? "" : words.after({ span: f.duration(event.awayMillis) }),
        });
        break;
      case "missed":
        add(at, "missed", phrase(words.missedTitle), { text: [missedText(event.missed)] });
        break;
      case "lost": {
        const code = failureReason(event.failure)?.code;
        const why = failureWords(event.failure).title;
        const plain = event.failure.kind === "lost" ? words.lostPlain : words.lost({ why });
        const closed = code === 142 ? words.takenOver : code === undefined ? plain : words.closed;
        failed(at, "refused", closed, event.failure);
        break;
      }
      case "waiting": {
        const aside = words.nextIn({ span: f.duration(Math.max(0, event.retryAt - at)) });
        if (before === "lost" && last) last.aside = aside;
        else {
          const { attempt, failure } = event;
          if (failure)
            failed(at, "trying", words.tryFailed({ attempt, why: failureWords(failure).title }), failure);
          else add(at, "trying", phrase(words.tryEnded({ attempt })));
          (rows.at(-1) as LogRow).aside = aside;
        }
        if (event.flapping) rows.at(-1)?.text.push(`${words.flappingTitle} ${flappingText(event.flapping)}`);
        break;
      }
      case "refused": {
        if (before !== "lost" || !last)
          failed(at, "refused", words.refused({ why: failureWords(event.failure).title }), event.failure);
        const row = rows.at(-1) as LogRow;
        row.text.push(words.notRetried);
        row.newClient = wantsNewClient(failureReason(event.failure));
        break;
      }
      case "stopped":
        if (before !== "refused") add(at, "off", phrase(words.stopped));
        break;
      case "subscribed": {
        const count = words.subscribed({ count: event.filters });
        if (last && (before === "connected" || before === "missed")) last.text.push(count);
        else add(at, "added", phrase(count));
        break;
      }
      case "granted":
      case "subscriptionRefused":
        answered(
          at,
          event.reason,
          "suback",
          event.filter,
          { good: words.subscribedTo, bad: words.subscriptionRefused },
          "added",
        );
        break;
      case "unsubscribed":
        answered(
          at,
          event.reason,
          "unsuback",
          event.filter,
          { good: words.unsubscribedFrom, bad: words.notUnsubscribed },
          "removed",
        );
        break;
      case "notSubscribed":
        add(at, "refused", phrase(words.notSubscribed), { said: event.detail });
        break;
    }
    before = event.kind;
  }
  return rows.reverse();
}
