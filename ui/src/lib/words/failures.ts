// What became of a connection and its history: failures with what to do about them, losses, health.
import { i18n } from "$lib/i18n";
import type {
  Failure,
  Flapping,
  HistoryHealth,
  Missed,
  ProxyProblem,
  Reason,
  TlsProblem,
  TokenProblem,
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
