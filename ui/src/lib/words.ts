// The backend's tagged reasons as words, in one place. What it says is data; how it is said is here, in the
// language of the window: the functions read it anew on each call, so markup follows a change at once.
import { i18n } from "$lib/i18n";
import { CommandError } from "$lib/ipc/call";
import type {
  Failure,
  FieldProblem,
  HistoryHealth,
  PayloadProblem,
  Reason,
  TopicProblem,
} from "$lib/ipc/generated";

/** The packet a reason code came in. */
export type ReasonPacket = "connack" | "disconnect" | "puback" | "suback" | "unsuback";

/** A headline, what it means, and what to do about it. */
export type Words = { title: string; means: string; todo: readonly string[] };

/** `0x86` */
export function hexCode(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** What a reason code means in the packet it came in (MQTT 5, 2.4). */
export function reasonWords(packet: ReasonPacket, code: number): Words {
  const { reasons } = i18n.m;
  return reasons[packet][code] ?? reasons.any[code] ?? reasons.unknown;
}

/** The reason code within a failure, if it has one. */
export function failureReason(failure: Failure): Reason | null {
  return failure.kind === "refused" || failure.kind === "disconnected" ? failure.reason : null;
}

/** What the system, the library or the broker said of a failure, word for word. */
export function failureDetail(failure: Failure): string | null {
  const said = failureReason(failure)?.reasonString ?? ("detail" in failure ? failure.detail : null);
  return said === "" ? null : said;
}

function coded(packet: ReasonPacket, reason: Reason): Words {
  const words = reasonWords(packet, reason.code);
  if (!reason.serverReference) return words;
  return { ...words, todo: [...words.todo, i18n.m.reasons.reference(reason.serverReference)] };
}

/** What a failure of a connection means. */
export function failureWords(failure: Failure): Words {
  const { failures } = i18n.m;
  switch (failure.kind) {
    case "resolve":
      return { ...failures.resolve, means: failures.resolve.means(failure.host) };
    case "tcp":
      return { ...failures.tcp, means: failures.tcp.means(failure.address) };
    case "tls":
      return failures.tls[failure.problem.kind];
    case "webSocket": {
      const { closed, missing, refused } = failures.webSocket;
      if (failure.status === null) return closed;
      if (failure.status === 404) return missing;
      return { ...refused, title: refused.title(failure.status) };
    }
    case "timeout": {
      const words = failures.timeout[failure.step];
      return { ...words, means: words.means(failure.seconds) };
    }
    case "refused":
      return coded("connack", failure.reason);
    case "disconnected":
      return coded("disconnect", failure.reason);
    case "lost":
      return failures.lost;
    case "protocol":
      return failures.protocol;
    case "file":
      return { ...failures.file, means: failures.file.means(failure.path) };
  }
}

/** What the state of the history means. */
export function healthWords(health: HistoryHealth): { title: string; means: string } {
  const { history } = i18n.m.failures;
  switch (health.kind) {
    case "failed":
      return { ...history.failed, means: history.failed.means(health.detail) };
    case "setAside":
      return { ...history.setAside, means: history.setAside.means(health.keptAs) };
    default:
      return history[health.kind];
  }
}

export function topicText(problem: TopicProblem): string {
  const { topic } = i18n.m.errors;
  switch (problem.kind) {
    case "tooLong":
      return topic.tooLong(problem.bytes);
    case "wildcardInName":
      return topic.wildcardInName(problem.character);
    default:
      return topic[problem.kind];
  }
}

export function fieldText(problem: FieldProblem): string {
  const { field } = i18n.m.errors;
  switch (problem.kind) {
    case "range":
      return field.range(i18n.f.count(problem.min), i18n.f.count(problem.max));
    case "topic":
      return topicText(problem.problem);
    case "fileMissing":
      return field.fileMissing(problem.path);
    case "tooLong":
      return field.tooLong(problem.bytes);
    default:
      return field[problem.kind];
  }
}

export function payloadText(problem: PayloadProblem): string {
  const { payload } = i18n.m.errors;
  return problem.kind === "tooLarge" ? payload.tooLarge : payload[problem.kind](problem.line, problem.column);
}

/** What went wrong with a command, as one line. */
export function errorText(error: unknown): string {
  const { errors } = i18n.m;
  if (!(error instanceof CommandError)) return errors.broken(String(error));
  const { reason } = error;
  switch (reason.kind) {
    case "topic":
      return topicText(reason.problem);
    case "profile":
      return errors.profile(reason.problems.length);
    case "address":
      return errors.address(reason.address);
    case "payload":
      return payloadText(reason.problem);
    case "tooLarge":
      return errors.tooLarge(i18n.f.bytes(reason.bytes), i18n.f.bytes(reason.limit));
    case "noAnswer":
      return errors.noAnswer(reason.seconds);
    case "connection": {
      const words = failureWords(reason.failure);
      return errors.connection(words.title, failureDetail(reason.failure) ?? words.means);
    }
    case "history":
    case "profiles":
    case "secrets":
    case "demo":
    case "broken":
      return errors[reason.kind](reason.detail);
    case "file":
      return errors.file(reason.path, reason.detail);
    case "noSuchField":
      return errors.noSuchField(reason.path);
    default:
      return errors[reason.kind];
  }
}
