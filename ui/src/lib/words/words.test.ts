import { describe, expect, it } from "vitest";
import { i18n } from "$lib/i18n";
import { CommandError } from "$lib/ipc/call";
import type {
  ApiError,
  Failure,
  FieldProblem,
  HistoryHealth,
  ProxyProblem,
  Reason,
  Step,
  TlsProblem,
  TokenProblem,
} from "$lib/ipc/generated";
import {
  errorText,
  failureDetail,
  failureWords,
  fieldText,
  healthWords,
  hexCode,
  reasonWords,
  type ReasonPacket,
} from ".";

/** The reason codes of each packet (MQTT 5, table 2-6 in 2.4). */
const codes: Record<ReasonPacket, number[]> = {
  connack: [
    0, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 138, 140, 144, 149, 151, 153, 154, 155, 156, 157,
    159,
  ],
  puback: [0, 16, 128, 131, 135, 144, 145, 151, 153],
  pubrec: [0, 16, 128, 131, 135, 144, 145, 151, 153],
  pubrel: [0, 146],
  pubcomp: [0, 146],
  suback: [0, 1, 2, 128, 131, 135, 143, 145, 151, 158, 161, 162],
  unsuback: [0, 17, 128, 131, 135, 143, 145],
  disconnect: [
    0, 4, 128, 129, 130, 131, 135, 137, 139, 140, 141, 142, 143, 144, 147, 148, 149, 150, 151, 152, 153, 154,
    155, 156, 157, 158, 159, 160, 161, 162,
  ],
  auth: [0, 24, 25],
};

/** Every code of MQTT 5, 2.4. */
const all = [...new Set(Object.values(codes).flat())];

/** To go elsewhere, or to come less often, means the same at the beginning and at the end of a connection. */
const alike = [156, 157, 159];

const reason = (code: number, more: Partial<Reason> = {}): Reason => ({
  code,
  name: "",
  reasonString: null,
  serverReference: null,
  userProperties: [],
  ...more,
});

const steps: Step[] = ["token", "proxy", "resolve", "tcp", "tls", "webSocket", "connack", "suback"];
const tls: TlsProblem[] = [
  { kind: "unknownIssuer", issuer: "" },
  { kind: "unknownIssuer", issuer: "CN=Plant" },
  { kind: "selfSigned", subject: "" },
  { kind: "selfSigned", subject: "CN=Plant" },
  { kind: "expired", from: null, at: null },
  { kind: "expired", from: null, at: Date.UTC(2026, 2, 12) },
  { kind: "expired", from: Date.UTC(2025, 2, 12), at: Date.UTC(2026, 2, 12) },
  { kind: "notYetValid", at: null, until: null },
  { kind: "notYetValid", at: Date.UTC(2048, 2, 12), until: null },
  { kind: "notYetValid", at: Date.UTC(2048, 2, 12), until: Date.UTC(2049, 2, 12) },
  { kind: "nameMismatch", asked: "", presented: [] },
  { kind: "nameMismatch", asked: "", presented: ["a.example"] },
  { kind: "nameMismatch", asked: "b.example", presented: [] },
  { kind: "nameMismatch", asked: "b.example", presented: ["a.example"] },
  { kind: "alert", name: "InternalError" },
  { kind: "tlsExpected" },
  { kind: "keyMismatch" },
  { kind: "passphraseNeeded" },
  { kind: "wrongPassphrase" },
  { kind: "oldKeyProtection" },
  { kind: "revoked" },
  { kind: "badCertificate" },
  { kind: "clientCertificateRequired" },
  { kind: "clientCertificateRejected" },
  { kind: "notTls" },
  { kind: "noCommonParameters" },
  { kind: "closed" },
  { kind: "noRoots" },
  { kind: "unreadableCa" },
  { kind: "unreadableClientCertificate" },
  { kind: "unreadableClientKey" },
  { kind: "badServerName" },
  { kind: "other" },
];
const proxy: ProxyProblem[] = [
  { kind: "unreachable" },
  { kind: "notAProxy" },
  { kind: "signIn" },
  { kind: "refusedHttp", status: 503 },
  { kind: "refusedSocks", reply: 4 },
  { kind: "refusedSocks", reply: 99 },
  { kind: "closed" },
];
const token: TokenProblem[] = [
  { kind: "unreadableFile", path: "/run/token" },
  { kind: "badCommand" },
  { kind: "noSuchCommand", program: "p" },
  { kind: "commandFailed", code: 3 },
  { kind: "commandFailed", code: null },
  { kind: "commandTimeout" },
  { kind: "notText" },
  { kind: "empty" },
  { kind: "tooLong", bytes: 70_000 },
  { kind: "expired", at: Date.UTC(2026, 2, 12) },
  { kind: "notYetValid", at: Date.UTC(2048, 2, 12) },
];
const failures: Failure[] = [
  ...proxy.map((problem): Failure => ({ kind: "proxy", address: "p:1", problem, detail: "d" })),
  ...token.map((problem): Failure => ({ kind: "token", problem, detail: "d" })),
  { kind: "unanswered", detail: "d" },
  { kind: "resolve", host: "h", detail: "d" },
  { kind: "tcp", address: "a:1", detail: "d" },
  { kind: "tcp", address: "", detail: "d" },
  ...tls.map((problem): Failure => ({ kind: "tls", problem, detail: "d" })),
  ...[null, 404, 502].map((status): Failure => ({ kind: "webSocket", status, detail: "d" })),
  ...steps.map((step): Failure => ({ kind: "timeout", step })),
  { kind: "lost", detail: "d" },
  { kind: "protocol", detail: "d" },
  { kind: "refused", reason: reason(134) },
  { kind: "disconnected", reason: reason(142) },
];
const errors: ApiError[] = [
  { kind: "unknownConnection", id: "i" },
  { kind: "notOpen", id: "i" },
  { kind: "notConnected" },
  { kind: "lostBeforeConfirmed" },
  { kind: "unknownMessage" },
  { kind: "topic", problem: { kind: "wildcardInName", character: "#" } },
  { kind: "profile", problems: [] },
  { kind: "address", address: "x" },
  { kind: "payload", problem: { kind: "json", line: 3, column: 7 } },
  { kind: "tooLarge", bytes: 1_040_000, limit: 64_000 },
  { kind: "connection", failure: { kind: "lost", detail: "reset" } },
  { kind: "qosNotSupported", maximum: 1 },
  { kind: "retainNotSupported" },
  { kind: "badProperty" },
  { kind: "badIdentifier" },
  { kind: "history", detail: "d" },
  { kind: "profiles", detail: "d" },
  { kind: "secrets", detail: "d" },
  { kind: "file", path: "p", detail: "d" },
  { kind: "noSuchField", path: "$.x" },
  { kind: "tooManySeries" },
  { kind: "export", detail: "d" },
  { kind: "demo", detail: "d" },
  { kind: "clipboard", detail: "d" },
  { kind: "tooLong" },
  { kind: "nothingToUndo" },
];
const fields: FieldProblem[] = [
  { kind: "empty" },
  { kind: "tooLong", bytes: 70_000 },
  { kind: "badCharacter", character: "#" },
  { kind: "badCharacter", character: " " },
  { kind: "tooSmall", least: 5 },
  { kind: "tooLarge", most: 65_535 },
  { kind: "topic", problem: { kind: "badShare" } },
  { kind: "noSlash" },
  { kind: "reservedHeader" },
  { kind: "notAServerName" },
  { kind: "openQuote" },
  { kind: "notHex" },
  { kind: "pairIncomplete" },
  { kind: "noLocalOnShared" },
  { kind: "sameFilter", first: 0 },
];
const healths: HistoryHealth[] = [
  { kind: "well" },
  { kind: "readOnly" },
  { kind: "diskFull" },
  { kind: "failed", detail: "d" },
  { kind: "setAside", keptAs: "k" },
];

describe.each(["en", "ko"] as const)("words in %s", (language) => {
  const speak = () => (i18n.choice = language);

  it("knows every reason code of the specification", () => {
    speak();
    expect(all.length).toBe(43);
    for (const code of all) expect(i18n.m.reasons.any[code], `code ${code}`).toBeDefined();
  });

  it.each(Object.entries(codes) as [ReasonPacket, number[]][])("says every code of %s", (packet, known) => {
    speak();
    for (const code of known) {
      const words = reasonWords(packet, code);
      expect(words, `code ${code}`).not.toBe(i18n.m.reasons.unknown);
      expect(words.title).not.toBe("");
      expect(words.means).not.toBe("");
      if (code >= 128) expect(words.todo.length, `what to do about ${code}`).toBeGreaterThan(0);
    }
  });

  it("says the same code differently where it means something else", () => {
    speak();
    for (const code of all.filter((code) => !alike.includes(code))) {
      const said = (Object.keys(codes) as ReasonPacket[])
        // PUBREC refuses a message as PUBACK does.
        .filter((packet) => codes[packet].includes(code) && !(packet === "pubrec" && code !== 0))
        .map((packet) => reasonWords(packet, code));
      const texts = new Set(said.map(({ title, means }) => `${title} ${means}`));
      expect(texts.size, `texts of ${code}`).toBe(said.length);
    }
  });

  it("has no words for a code in a packet that can't carry it", () => {
    speak();
    for (const packet of Object.keys(codes) as ReasonPacket[])
      for (const code of Object.keys(i18n.m.reasons[packet]).map(Number))
        expect(codes[packet], `${packet} ${code}`).toContain(code);
  });

  it("says that an unknown code is unknown", () => {
    speak();
    expect(reasonWords("connack", 200)).toEqual(i18n.m.reasons.unknown);
  });

  it("says every failure, problem with TLS and state of the history", () => {
    speak();
    for (const failure of failures) {
      const words = failureWords(failure);
      for (const text of [words.title, words.means, ...words.todo]) {
        expect(text, failure.kind).toMatch(/\S/);
        expect(text, failure.kind).not.toMatch(/undefined|=>/);
      }
    }
    for (const health of healths) expect(healthWords(health).title).toMatch(/\S/);
  });

  it("says every error", () => {
    speak();
    const said = errors.map((reason) => errorText(new CommandError("publish", reason)));
    for (const text of said) expect(text).toMatch(/\S/);
    expect(new Set(said).size).toBe(errors.length);
  });

  it("says every problem of a field", () => {
    speak();
    const said = [...fields.map(fieldText), fieldText({ kind: "range", min: 1, max: 65_535 })];
    for (const text of said) expect(text).not.toMatch(/undefined|=>|^\s*$/);
    expect(new Set(said).size).toBe(said.length);
  });

  it("says when a certificate expired and which hosts it is for", () => {
    speak();
    const at = Date.UTC(2026, 2, 12, 5, 32);
    const means = (problem: TlsProblem) => failureWords({ kind: "tls", problem, detail: "" }).means;
    const until = Date.UTC(2049, 2, 12, 5, 32);
    const expired = means({ kind: "expired", from: at - 86_400_000, at });
    expect(expired).toContain(i18n.f.moment(at));
    expect(expired).toContain(i18n.f.moment(at - 86_400_000));
    const early = means({ kind: "notYetValid", at: until - 86_400_000, until });
    expect(early).toContain(i18n.f.moment(until));
    expect(early).toContain(i18n.f.moment(until - 86_400_000));
    const other = means({ kind: "nameMismatch", asked: "b.example", presented: ["a.example", "::1"] });
    expect(other).toContain("b.example");
    expect(other).toContain("a.example, ::1");
    const presented = ['DnsName("a.example")', "DirectoryName", "IpAddress(::1)", "Unsupported(0x80)", "b"];
    expect(means({ kind: "nameMismatch", asked: "", presented })).toContain("a.example, ::1, b");
    const many = means({ kind: "nameMismatch", asked: "", presented: ["a", "b", "c", "d", "e.example"] });
    expect(many).toContain("a, b, c");
    expect(many).toContain("2");
    expect(many).not.toContain("e.example");
  });
});

describe("words", () => {
  it("keeps the code and the broker's words as they are", () => {
    const failure: Failure = {
      kind: "refused",
      reason: reason(134, { reasonString: "account expired 2026-03-10" }),
    };
    expect(failureDetail(failure)).toBe("account expired 2026-03-10");
    expect(hexCode(134)).toBe("0x86");
    expect(hexCode(0)).toBe("0x00");
  });

  it("shows a character that has no shape, and counts subscriptions from one", () => {
    i18n.choice = "en";
    expect(fieldText({ kind: "badCharacter", character: "\0" })).toContain("U+0000");
    expect(fieldText({ kind: "badCharacter", character: "\u00a0" })).toContain("U+00A0");
    expect(fieldText({ kind: "badCharacter", character: "#" })).toMatch(/^# /);
    expect(fieldText({ kind: "sameFilter", first: 2 })).toContain("Subscription 3");
  });

  it("names the other server where the broker names one", () => {
    i18n.choice = "en";
    const words = failureWords({
      kind: "refused",
      reason: reason(157, { serverReference: "b.example:1883" }),
    });
    expect(words.todo.at(-1)).toContain("b.example:1883");
  });

  it("tells the same code apart by its packet", () => {
    i18n.choice = "en";
    expect(reasonWords("connack", 135).title).not.toBe(reasonWords("puback", 135).title);
  });
});
