// The backend's tagged reasons as words, in one place. What it says is data; how it is said is here, in the
// language of the window: the functions read it anew on each call, so markup follows a change at once.
import { i18n } from "$lib/i18n";
import { CommandError } from "$lib/ipc/call";
import type {
  Failure,
  FieldProblem,
  FilterProblem,
  Flapping,
  HistoryHealth,
  JobState,
  LineProblem,
  Missed,
  PayloadProblem,
  ProxyProblem,
  Reason,
  RegexProblem,
  ReplayState,
  RetainedChange,
  RetainedFailureKind,
  RetainedGoing,
  SearchProblem,
  TlsProblem,
  TokenProblem,
  TopicProblem,
  TransferProblem,
} from "$lib/ipc/generated";

/** The packet a reason code came in. */
export type ReasonPacket =
  "connack" | "puback" | "pubrec" | "pubrel" | "pubcomp" | "suback" | "unsuback" | "disconnect" | "auth";

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

/** The hosts a certificate is for. An earlier Treetop wrote them down as the TLS library tells them, with
 * their kind: DnsName("a.example"). */
function hosts(presented: readonly string[]): string[] {
  return presented
    .filter((name) => !/^(DirectoryName$|Unsupported\()/.test(name))
    .map((name) => /^(?:DnsName|IpAddress|UniformResourceIdentifier)\("?(.*?)"?\)$/.exec(name)?.[1] ?? name);
}

function moment(at: number | null): string | null {
  return at === null ? null : i18n.f.moment(at);
}

function proxyWords(problem: ProxyProblem, address: string): Words {
  const { proxy } = i18n.m.failures;
  switch (problem.kind) {
    case "refusedHttp": {
      const words = proxy.refusedHttp;
      return { ...words, title: words.title(problem.status), means: words.means(address) };
    }
    case "refusedSocks": {
      const { replies, ...words } = proxy.refusedSocks;
      const means = replies[problem.reply] ?? words.means(address);
      return { title: words.title(problem.reply), means, todo: words.todo };
    }
    default:
      return { ...proxy[problem.kind], means: proxy[problem.kind].means(address) };
  }
}

function tokenWords(problem: TokenProblem): Words {
  const { token } = i18n.m.failures;
  switch (problem.kind) {
    case "unreadableFile":
      return { ...token.unreadableFile, means: token.unreadableFile.means(problem.path) };
    case "noSuchCommand":
      return { ...token.noSuchCommand, means: token.noSuchCommand.means(problem.program) };
    case "commandFailed":
      return { ...token.commandFailed, means: token.commandFailed.means(problem.code) };
    case "tooLong":
      return { ...token.tooLong, means: token.tooLong.means(i18n.f.count(problem.bytes)) };
    case "expired": {
      const age = i18n.f.duration(Date.now() - problem.at);
      return { ...token.expired, means: token.expired.means(i18n.f.moment(problem.at), age) };
    }
    case "notYetValid":
      return { ...token.notYetValid, means: token.notYetValid.means(i18n.f.moment(problem.at)) };
    default:
      return token[problem.kind];
  }
}

function tlsWords(problem: TlsProblem): Words {
  const { tls } = i18n.m.failures;
  switch (problem.kind) {
    case "unknownIssuer":
      return { ...tls.unknownIssuer, means: tls.unknownIssuer.means(problem.issuer) };
    case "selfSigned":
      return { ...tls.selfSigned, means: tls.selfSigned.means(problem.subject) };
    case "expired": {
      const { at, from } = problem;
      const age = at === null ? null : i18n.f.duration(Date.now() - at);
      return { ...tls.expired, means: tls.expired.means(moment(at), moment(from), age) };
    }
    case "notYetValid": {
      const { at, until } = problem;
      const wait = at === null ? null : i18n.f.duration(at - Date.now());
      return { ...tls.notYetValid, means: tls.notYetValid.means(moment(at), moment(until), wait) };
    }
    case "nameMismatch":
      return { ...tls.nameMismatch, means: tls.nameMismatch.means(problem.asked, hosts(problem.presented)) };
    case "alert":
      return { ...tls.alert, title: tls.alert.title(problem.name) };
    default:
      return tls[problem.kind];
  }
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
      return tlsWords(failure.problem);
    case "proxy":
      return proxyWords(failure.problem, failure.address);
    case "token":
      return tokenWords(failure.problem);
    case "webSocket": {
      const { closed, missing, refused } = failures.webSocket;
      if (failure.status === null) return closed;
      if (failure.status === 404) return missing;
      return { ...refused, title: refused.title(failure.status) };
    }
    case "timeout":
      return failures.timeout[failure.step];
    case "refused":
      return coded("connack", failure.reason);
    case "disconnected":
      return coded("disconnect", failure.reason);
    case "lost":
      return failures.lost;
    case "unanswered":
      return failures.unanswered;
    case "protocol":
      return failures.protocol;
  }
}

/** 14:32:08; with the day when it is not today's. */
function clock(at: number): string {
  const time = i18n.f.time(at).slice(0, 8);
  const today = new Date(at).toDateString() === new Date().toDateString();
  return today ? time : `${i18n.f.date(at, Date.now())}, ${time}`;
}

/** Which span may be missing, and why. */
export function missedText({ from, to, why }: Missed): string {
  const { missed } = i18n.m.session;
  const span = { from: clock(from), to: clock(to) };
  return why.kind === "expired"
    ? missed.expired({ ...span, after: i18n.f.duration(why.afterSecs * 1000) })
    : missed[why.kind](span);
}

/** How often the connection was lost lately. */
export function flappingText({ drops, withinMillis }: Flapping): string {
  return i18n.m.session.flapping({ drops, span: i18n.f.duration(withinMillis) });
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

/** What is wrong with a regular expression, and where. */
export function regexText({ fault, at }: RegexProblem): string {
  const { regex } = i18n.m.errors;
  return regex.at({ fault: regex.faults[fault], at: i18n.f.count(at + 1) });
}

/** Why a text can't narrow the tree. */
export function filterText(problem: FilterProblem): string {
  switch (problem.kind) {
    case "wildcards":
      return topicText(problem.problem);
    case "regex":
      return regexText(problem);
    case "tooLong":
      return i18n.m.filter.tooLong({ most: i18n.f.count(problem.most) });
    case "tooLarge":
      return i18n.m.errors.regex.tooLarge;
  }
}

/** A number that is none, or that the backend could not hold. Found in the window; the backend never sees it. */
export type RangeProblem = { kind: "range"; min: number; max: number };

/** A character as it can be seen: those without a shape of their own by their number. */
function shownCharacter(character: string): string {
  if (!/[\p{C}\p{Z}]/u.test(character)) return character;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

export function fieldText(problem: FieldProblem | RangeProblem): string {
  const { field } = i18n.m.errors;
  switch (problem.kind) {
    case "range":
      return field.range(i18n.f.count(problem.min), i18n.f.count(problem.max));
    case "topic":
      return topicText(problem.problem);
    case "tooLong":
      return field.tooLong(i18n.f.count(problem.bytes));
    case "badCharacter":
      return problem.character === " " ? field.space : field.badCharacter(shownCharacter(problem.character));
    case "tooSmall":
      return field.tooSmall(i18n.f.count(problem.least));
    case "tooLarge":
      return field.tooLarge(i18n.f.count(problem.most));
    case "sameFilter":
      return field.sameFilter(problem.first + 1);
    default:
      return field[problem.kind];
  }
}

export function payloadText(problem: PayloadProblem): string {
  const { payload } = i18n.m.errors;
  return payload[problem.kind](problem.line, problem.column);
}

export function transferText(problem: TransferProblem): string {
  const { transfer } = i18n.m.errors;
  switch (problem.kind) {
    case "tooLarge":
      return transfer.tooLarge(i18n.f.bytes(problem.bytes), i18n.f.bytes(problem.most));
    case "notJson":
      return transfer.notJson(problem.line, problem.column);
    case "wrongShape":
      return transfer.wrongShape(problem.at);
    case "newerVersion":
      return transfer.newerVersion(i18n.f.count(problem.found), i18n.f.count(problem.known));
    case "shortPassphrase":
      return transfer.shortPassphrase(problem.least);
    case "database":
      return transfer.database(problem.detail);
    default:
      return transfer[problem.kind];
  }
}

/** What is wrong with a line of a recording. */
export function lineText(line: number, problem: LineProblem): string {
  const { recordingLine: words } = i18n.m.errors;
  const said = (() => {
    switch (problem.kind) {
      case "file":
      case "shape":
        return words[problem.kind](problem.detail);
      case "notJson":
        return words.notJson(problem.column);
      case "value":
        return words.value(problem.field);
      case "noColumn":
        return words.noColumn(problem.column);
      default:
        return words[problem.kind];
    }
  })();
  return words.line(i18n.f.count(line), said);
}

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

/** Why nothing can be looked for. */
export function searchText(problem: SearchProblem): string {
  const { search, regex } = i18n.m.errors;
  if (problem.kind !== "regex") return search[problem.kind];
  return search.regex(i18n.f.count(problem.at + 1), regex.faults[problem.fault]);
}

/** What went wrong with a command, as one line. */
export function errorText(error: unknown): string {
  return error instanceof CommandError ? reasonText(error.reason) : i18n.m.errors.broken(String(error));
}

/** Why a command could not be carried out. */
export function reasonText(reason: CommandError["reason"]): string {
  const { errors } = i18n.m;
  switch (reason.kind) {
    case "recordingLine":
      return lineText(reason.line, reason.problem);
    case "topic":
      return topicText(reason.problem);
    case "search":
      return searchText(reason.problem);
    case "filter":
      return filterText(reason.problem);
    case "transfer":
      return transferText(reason.problem);
    case "profile":
      return errors.profile(reason.problems.length);
    case "address":
      return errors.address(reason.address);
    case "payload":
      return payloadText(reason.problem);
    case "tooLarge":
      return errors.tooLarge(i18n.f.bytes(reason.bytes), i18n.f.bytes(reason.limit));
    case "outboxFull":
      return errors.outboxFull(i18n.f.count(reason.messages), i18n.f.bytes(reason.bytes));
    case "qosNotSupported":
      return errors.qosNotSupported(reason.maximum);
    case "connection": {
      const words = failureWords(reason.failure);
      return errors.connection(words.title, failureDetail(reason.failure) ?? words.means);
    }
    case "history":
    case "profiles":
    case "secrets":
    case "export":
    case "clipboard":
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
