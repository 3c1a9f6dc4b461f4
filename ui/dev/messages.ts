// The messages of the invented plant, and their payloads.
import type {
  DiffRow,
  HistoryRow,
  Line,
  MessageInfo,
  PayloadLook,
  PayloadRow,
  RenderedPayload,
  Token,
} from "../src/lib/ipc/generated";

import { start, wait, type Answers } from "./backend";
import { leaves } from "./tree";

const idOf = (back: number) => (start - back * 1001) * 1000;
const messageOf = (id: number): number => 41882 - Math.round((start * 1000 - id) / 1_001_000);

function info(topic: string, id: number): MessageInfo {
  return {
    id,
    topic,
    received: id / 1000,
    qos: 1,
    retain: leaves[topic]?.retained ?? false,
    dup: messageOf(id) % 7 === 0,
    redelivered: false,
    late: false,
    size: 312,
    properties: {
      payloadFormat: 1,
      expirySecs: 600,
      contentType: "application/json",
      responseTopic: `${topic}/ack`,
      correlationHex: "9f3c11a27e04",
      correlationText: null,
      subscriptionIds: [3],
      user: [
        { name: "schema", value: "press.telemetry/3" },
        { name: "traceparent", value: "00-7c1fb2e09a4d-3e81-01" },
        { name: "fw", value: "2.14.0-rc.3" },
        { name: "site", value: "창원 2공장" },
      ],
    },
  };
}

const token = (kind: Token["kind"], value: string, more: Partial<Token> = {}): Token => ({
  kind,
  text: value,
  path: null,
  was: null,
  ...more,
});

function rendered(message: number, look: PayloadLook, scene: string): RenderedPayload {
  return {
    message,
    format: look.format ?? (scene === "bytes" ? "hex" : "json"),
    layers: scene === "packed" ? ["gzip"] : [],
    detected: scene === "bytes" ? "hex" : "json",
    detectedLayers: scene === "packed" ? ["gzip"] : [],
    rule: null,
    lines: lines(messageOf(message), look.changes),
    shownBytes: look.whole ? 1_040_000 : 64_000,
    totalBytes: scene === "bytes" ? 256_000_000 : 1_040_000,
    complete: scene !== "large",
    problem:
      scene === "broken"
        ? { decoder: "json", offset: 41_882, unpacked: false, kind: "unexpectedByte" }
        : null,
    image: null,
  };
}

function lines(seq: number, against: boolean): Line[] {
  const one = (no: number, indent: number, tokens: Token[], more: Partial<Line> = {}): Line => ({
    no,
    indent,
    tokens,
    foldTo: null,
    foldItems: null,
    value: no === 9 || no === 10 ? null : no - 1,
    change: null,
    ...more,
  });
  const pair = (no: number, key: string, value: Token, indent = 1): Line =>
    one(no, indent, [token("key", `"${key}"`), token("punct", ": "), value, token("punct", ",")], {
      change: value.was === null ? null : "changed",
    });
  const num = (path: string, value: number, was: number): Token =>
    token("num", String(value), { path, was: against && value !== was ? String(was) : null });
  const force = Number((600 + (seq % 13) * 1.1).toFixed(1));
  const before = Number((600 + ((seq - 1) % 13) * 1.1).toFixed(1));
  return [
    one(1, 0, [token("punct", "{")], { foldTo: 10, foldItems: 7 }),
    pair(2, "seq", num("$.seq", seq, seq - 1)),
    pair(3, "ts", token("str", '"2026-03-12T05:32:08.411Z"')),
    pair(4, "force_kn", num("$.force_kn", force, before)),
    pair(5, "mode", token("str", '"auto"')),
    pair(6, "operator", token("null", "null")),
    one(7, 1, [token("key", '"tool"'), token("punct", ": {")], { foldTo: 9, foldItems: 1 }),
    pair(8, "wear", num("$.tool.wear", 0.37, 0.37), 2),
    one(9, 1, [token("punct", "},")]),
    one(10, 0, [token("punct", "}")]),
  ];
}

function compared(a: number, b: number): DiffRow[] {
  const right = lines(messageOf(b), false);
  return lines(messageOf(a), false).map((line, at): DiffRow => {
    const other = right[at] as Line;
    const differs = line.tokens.map((one, i) => one.text !== other.tokens[i]?.text);
    return {
      change: differs.includes(true) ? "changed" : null,
      a: { line, differs },
      b: { line: other, differs },
    };
  });
}

function history(topic: string, before: number | null, limit: number): { rows: HistoryRow[]; more: boolean } {
  const now = Math.floor((Date.now() - start) / 1001);
  const first = before === null ? -now : Math.round((start * 1000 - before) / 1_001_000) + 1;
  const end = Math.min(first + limit, 3000);
  return {
    more: end < 3000,
    rows: Array.from({ length: Math.max(0, end - first) }, (_, i): HistoryRow => {
      const id = idOf(first + i);
      const seq = messageOf(id);
      return {
        id,
        received: id / 1000,
        gapMillis: 1001,
        qos: 1,
        retain: i === 0 && (leaves[topic]?.retained ?? false),
        dup: seq % 7 === 0,
        redelivered: false,
        late: false,
        size: 312,
        preview: leaves[topic]?.preview ?? { kind: "empty" },
        changes: [
          { path: "$.force_kn", before: "611.9", after: "612.4" },
          { path: "$.seq", before: String(seq - 1), after: String(seq) },
        ],
      };
    }),
  };
}

export const answers = (scene: string) =>
  ({
    topic_frame: async ({ topic, known, look }) => {
      if (known !== null) await wait(1001);
      const now = Math.floor((Date.now() - start) / 1001);
      const below = Object.keys(leaves).filter((name) => name.startsWith(`${topic}/`)).length;
      return {
        topic,
        message: leaves[topic] ? info(topic, idOf(-now)) : null,
        payload: leaves[topic] && look ? rendered(idOf(-now), look, scene) : null,
        count: leaves[topic] ? 3417 : 0,
        rate: 1,
        retained: leaves[topic]?.retained ?? false,
        topics: below + 1,
        messages: 14206,
      };
    },
    message_info: ({ message }) => info("factory/line-2/press-04/telemetry", message),
    message_payload: ({ message, look }) => rendered(message, look, scene),
    message_page: ({ topic, before, limit }) => history(topic, before, limit),
    message_diff: ({ a, b }) => {
      const rows = compared(a, b);
      const differing = rows.flatMap((row, at) => (row.change === null ? [] : [at]));
      return {
        a: info("t", a),
        b: { ...info("t", b), properties: { ...info("t", b).properties, expirySecs: 300 } },
        same: false,
        format: "json",
        rows: rows.length,
        lines: rows.length + differing.length,
        changed: differing.length,
        added: 0,
        removed: 0,
        compared: scene === "large" ? 1_000_000 : null,
        differences: differing.map((at, before) => [at, at + before]),
      };
    },
    message_diff_rows: ({ a, b, inline, first, count }) => {
      const rows = compared(a, b);
      const all = inline
        ? rows.flatMap((row) =>
            row.change === null
              ? [{ ...row, a: null }]
              : [
                  { ...row, b: null },
                  { ...row, a: null },
                ],
          )
        : rows;
      return all.slice(first, first + count);
    },
    message_command: () => ({ text: "mosquitto_pub -t t -n", notes: [{ kind: "password" }] }),
    payload_rows: async ({ message, window: { first, count, folded } }) => {
      const beginning = lines(messageOf(message), false);
      const total = folded.length > 0 ? 1 : 700_000;
      const one = (row: number): PayloadRow => ({
        row,
        line: { ...(beginning[row % beginning.length] as Line), no: row + 1 },
        closed: folded.includes(row),
        continues: false,
        hits: row % 9 === 3 ? [[1, 6]] : [],
      });
      const rows = Array.from({ length: Math.min(count, total - first) }, (_, at) => one(first + at));
      return { format: "json", first, total, rows, complete: true, problem: null };
    },
    payload_bytes: ({ window: { from, count } }) => {
      const total = 256_000_000;
      const byte = (at: number) =>
        (at < 4 ? [0xff, 0xd8, 0xff, 0xe0][at] : (at * 7919 + (at >> 3)) % 256) ?? 0;
      const bytes = Array.from({ length: Math.min(count, total - from) }, (_, at) => byte(from + at));
      const hex = bytes.map((one) => one.toString(16).padStart(2, "0")).join("");
      return { from, total, hex, changed: from < 40 ? [[20, 24]] : [], hits: [] };
    },
    payload_find: ({ query, index }) =>
      query.kind === "regex" && query.text === "("
        ? { kind: "notRegex", fault: "openGroup", at: 0 }
        : {
            kind: "found",
            count: 77_777,
            more: false,
            place: { index, row: index * 9 + 3, opened: [], from: index * 64, to: index * 64 + 3 },
          },
    payload_field: () => ({ path: "$.seq", value: "41882", complete: true }),
    payload_close: () => null,
    message_text: () => "{}",
    message_copy: () => null,
    message_numbers: () => [
      { path: "$.seq", value: 41882, unit: null },
      { path: "$.force_kn", value: 612.4, unit: "kN" },
    ],
  }) satisfies Answers;
