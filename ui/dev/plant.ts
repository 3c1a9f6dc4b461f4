// An invented plant behind the commands that the window and the Explore screen use.
import type {
  Commands,
  DiffRow,
  HistoryRow,
  Line,
  MessageInfo,
  PayloadLook,
  PayloadRow,
  Preview,
  RenderedPayload,
  StatusFrame,
  Token,
  TreeFilter,
  TreeFrame,
  TreeRow,
} from "../src/lib/ipc/generated";

import { decoders } from "./decoders";
import * as packets from "./packets";
import * as searches from "./search";
import * as storage from "./storage";
import * as stream from "./stream";

type Args = Record<string, never>;
interface Look {
  theme: "light" | "dark";
  language: "en" | "ko";
  scene: string;
}
interface Leaf {
  preview: Preview;
  retained?: boolean;
  trend?: TreeRow["trend"];
}

const start = Date.now();
const text = (value: string): Preview => ({ kind: "text", text: value });
const number = (value: string): Preview => ({ kind: "number", text: value });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const leaves: Record<string, Leaf> = {
  "$SYS/broker/uptime": { preview: text("9214 seconds") },
  "building/hall-2/temp": { preview: number("21.4") },
  "factory/line-1/press-02/oil/level": { preview: number("0.82") },
  "factory/line-2/conveyor/speed": { preview: number("1.2"), trend: "down" },
  "factory/line-2/press-04/alarm": {
    preview: { kind: "json", text: '{"code":0,"text":"none"}' },
    retained: true,
  },
  "factory/line-2/press-04/cmd": { preview: { kind: "json", text: '{"mode":"auto"}' } },
  "factory/line-2/press-04/cycle": { preview: number("41882"), trend: "up" },
  "factory/line-2/press-04/mode": { preview: text("auto"), retained: true },
  "factory/line-2/press-04/oil_temp": { preview: number("61.4"), trend: "down" },
  "factory/line-2/press-04/snapshot": { preview: { kind: "image", format: "JPEG", size: 48200 } },
  "factory/line-2/press-04/state": { preview: text("RUNNING"), retained: true },
  "factory/line-2/press-04/telemetry": {
    preview: { kind: "json", text: '{"seq":41882,"ts":"2026-03-12T05:32:08.411Z"}' },
    retained: true,
  },
  "factory/line-2/status": { preview: text("online"), retained: true },
  "spBv1.0/Plant7/DDATA/edge-02": { preview: { kind: "sparkplug", metrics: 14 } },
  "urn:ngsi-ld:ManufacturingMachine:plant7:hall-2:line-2:press-04//TechnicalProperties_RatedForceAtBottomDeadCentre_kN":
    { preview: number("800") },
  "urn:ngsi-ld:ManufacturingMachine:plant7:hall-2:line-2:press-04/two words\u0000": {
    preview: text("odd\nname"),
  },
};
for (let i = 0; i < 60; i++)
  leaves[`fleet/ap-northeast-2/veh-${String(1600 + i).padStart(6, "0")}/gps`] = {
    preview: text("37.5,127.0"),
  };

const opened = new Set(["factory", "factory/line-2", "factory/line-2/press-04", "spBv1.0", "spBv1.0/Plant7"]);
let filter = "";
/** The mode in which the invented backend reads the filter; only a text is really looked for. */
let mode: TreeFilter["mode"] = "text";
let values = false;
let revision = 1;
let paused = false;
/** The time shown by the time machine. */
let past: number | null = null;
let sort: TreeFrame["sort"] = "name";

function rows(): TreeRow[] {
  const all: TreeRow[] = [];
  const names = Object.keys(leaves).filter((name) => name.toLowerCase().includes(filter.toLowerCase()));
  const walk = (prefix: string | null, depth: number): void => {
    const below = names.filter((name) => prefix === null || name.startsWith(`${prefix}/`));
    const segments = [...new Set(below.map((name) => name.split("/")[depth] ?? ""))].sort();
    segments.forEach((segment, i) => {
      const topic = prefix === null ? segment : `${prefix}/${segment}`;
      const leaf = leaves[topic];
      const inside = names.filter((name) => name.startsWith(`${topic}/`)).length;
      const expanded = inside > 0 && (opened.has(topic) || filter !== "");
      const at = filter === "" ? -1 : segment.toLowerCase().indexOf(filter.toLowerCase());
      all.push({
        node: [...topic].reduce((hash, c) => (hash * 31 + c.charCodeAt(0)) >>> 0, 7),
        topic,
        depth,
        segment,
        hasChildren: inside > 0,
        expanded,
        topics: inside + (leaf ? 1 : 0),
        messages: topic === "fleet" ? 48_100_000 : 14 + revision * inside,
        bytes: 1_900 * inside * (1 + i),
        rate: i % 3 === 2 ? 0 : 0.4 * inside * (1 + i),
        byteRate: i % 3 === 2 ? 0 : 61 * inside,
        preview: leaf?.preview ?? null,
        trend: leaf?.trend ?? "none",
        changedAt: leaf?.trend ? start + Math.floor(revision / 10) : start,
        activity: leaf?.trend || inside > 20 ? "now" : inside > 0 ? "recent" : "quiet",
        retained: leaf?.retained ?? false,
        posInSet: i + 1,
        setSize: segments.length,
        hits: at < 0 ? [] : [[at, at + filter.length]],
        previewHits: values && leaf?.preview ? [[0, 2]] : [],
      });
      if (expanded) walk(topic, depth + 1);
    });
  };
  walk(null, 0);
  return all;
}

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
    problem: scene === "broken" ? { offset: 41_882, unpacked: false, kind: "unexpectedByte" } : null,
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

function status(scene: string): StatusFrame {
  const failure = {
    kind: "refused" as const,
    reason: {
      code: 134,
      name: "Bad User Name or Password",
      reasonString: null,
      serverReference: null,
      userProperties: [],
    },
  };
  const granted = {
    code: 1,
    name: "Granted QoS 1",
    reasonString: null,
    serverReference: null,
    userProperties: [],
  };
  const phases: Record<string, StatusFrame["phase"]> = {
    lost: {
      kind: "waiting",
      attempt: 4,
      retryAt: Date.now() + 8000,
      failure: { kind: "lost", detail: "reset" },
    },
    refused: { kind: "refused", at: start, failure },
    offline: { kind: "offline" },
  };
  return {
    revision: ++revision,
    name: "Plant 7 dev",
    address: "mqtts://mqtt.plant7.example:8883",
    phase: phases[scene] ?? { kind: "connected", since: start, sessionPresent: true },
    recording: scene === "recording",
    unverified: false,
    steps: ["resolve", "tcp", "tls", "connack"],
    connack:
      scene === "refused"
        ? null
        : {
            sessionPresent: true,
            maximumQos: 2,
            retainAvailable: true,
            wildcardAvailable: true,
            subscriptionIdsAvailable: true,
            sharedAvailable: true,
            serverKeepAlive: null,
            assignedClientId: null,
            receiveMaximum: 20,
            maximumPacketSize: null,
            topicAliasMaximum: 10,
            sessionExpirySecs: 3600,
            reasonString: null,
            serverReference: null,
            userProperties: [],
          },
    subscriptions: [
      { filter: "factory/#", identifier: 3, reason: granted },
      { filter: "$SYS/#", identifier: null, reason: { ...granted, code: 135, name: "Not authorized" } },
    ],
    rate: 128,
    rates: [3, 5, 4, 7, 6, 8, 5, 6, 9, 7, 8, 6, 10, 8, 9],
    messages: 1_204_118 + revision,
    topics: 1204,
    dropped: scene === "lost" ? [{ cause: "history", count: 212 }] : [],
    historyBytes: 214_000_000,
    history: scene === "lost" ? { kind: "diskFull" } : { kind: "well" },
    pingMillis: scene === "lost" ? null : 4,
  };
}

/** Answers one command; what is not known here fails as the backend would. */
export function plant({ theme, language, scene }: Look): (command: string, args: Args) => Promise<unknown> {
  type Answers = { [K in keyof Commands]?: (args: Commands[K]["args"]) => unknown };
  const target = (topic: string | undefined) => {
    const at = rows().findIndex((row) => row.topic === topic);
    const row = rows()[at];
    return row ? { row: at, node: row.node, topic: row.topic } : null;
  };
  const answers: Answers = {
    app_info: () => ({
      version: "0.1.0",
      platform: "linux",
      secrets: { kind: "keyring" },
      dataFolder: "~/.local/share/treetop",
      open: { kind: "demo" },
    }),
    settings: () => ({
      theme,
      language,
      panes: {},
      letterShortcuts: true,
      reduceMotion: false,
      comfortable: false,
      zoom: 100,
      lastConnection: null,
    }),
    settings_save: () => null,
    demo_open: () => "plant",
    connections: async ({ revision: known }) => {
      if (known > 0) await wait(1000);
      const { phase } = status(scene);
      const row = {
        id: "plant",
        name: "Plant 7 dev",
        address: "mqtts://mqtt.plant7.example:8883",
        demo: false,
        recording: null,
        unverified: false,
        steps: ["resolve", "tcp", "tls", "connack"],
        phase,
      };
      return {
        revision: 1,
        connections: [{ ...row, open: true, lastConnected: start, pingMillis: 4, historyBytes: 214_000_000 }],
      };
    },
    status: async ({ revision: known }) => {
      if (known > 0) await wait(500);
      return status(scene);
    },
    tree_frame: async ({ window: { first, count, revision: known } }) => {
      if (known > 0) await wait(100);
      const all = scene === "empty" ? [] : rows();
      const part = all.slice(first, first + count);
      const sticky = (part[0]?.topic.split("/") ?? []).flatMap((_, depth, levels) =>
        depth + 1 < levels.length
          ? all.filter((row) => row.topic === levels.slice(0, depth + 1).join("/"))
          : [],
      );
      const hits = filter === "" ? null : Object.keys(leaves).filter((name) => name.includes(filter)).length;
      const totalTopics = scene === "empty" ? 0 : 1204;
      return {
        revision: ++revision,
        totalRows: all.length,
        totalTopics,
        first,
        moved: 0,
        rows: part,
        sticky,
        hits,
        searching: null,
        paused,
        sort,
        at: past,
      };
    },
    time_span: () => ({
      first: start - 3 * 3_600_000,
      last: Date.now(),
      marks: [
        { at: start - 3 * 3_600_000, kind: "connected" },
        { at: start - 7_100_000, kind: "lost" },
        { at: start - 6_300_000, kind: "resumed" },
        { at: start - 3_000_000, kind: "lost" },
        { at: start - 2_990_000, kind: "missed" },
        { at: start - 2_200_000, kind: "refused" },
        { at: start - 1_500_000, kind: "connected" },
        { at: start - 600_000, kind: "stopped" },
        { at: start - 400_000, kind: "connected" },
      ],
      gaps: [
        { from: start - 7_100_000, to: start - 6_300_000 },
        { from: start - 3_000_000, to: start - 1_500_000 },
        { from: start - 600_000, to: start - 400_000 },
      ],
      at: past,
    }),
    time_go: ({ at }) => {
      past = at;
      return { at, topics: 1100 };
    },
    time_live: () => void (past = null),
    time_step: ({ at, forward }) => at + (forward ? 1000 : -1000),
    time_compare: ({ from, to }) => ({
      from,
      to,
      messages: 48_204,
      appeared: 12,
      updated: 1088,
      silent: 31,
      listed: 100_000,
    }),
    time_compare_end: () => null,
    time_changes: ({ fate, first, count }) => {
      const total = { appeared: 12, updated: 1088, silent: 31 }[fate as "appeared" | "updated" | "silent"];
      const names = Object.keys(leaves);
      return Array.from({ length: Math.max(0, Math.min(count, total - first)) }, (_, i) => {
        const topic = names[(first + i) % names.length] ?? "";
        const preview = leaves[topic]?.preview ?? text("");
        const value = (ago: number, of: Preview) => ({ received: start - ago, preview: of });
        return {
          topic: first + i < names.length ? topic : `${topic}/${first + i}`,
          messages: fate === "silent" ? 0 : 4_820 - first - i,
          before: fate === "appeared" ? null : value(900_000, text("before")),
          after: fate === "silent" ? null : value(1_000 * i, preview),
          same: fate === "updated" && i % 5 === 4,
        };
      });
    },
    tree_expand: ({ node, expanded }) => {
      const row = rows().find((one) => one.node === node);
      if (row) opened[expanded ? "add" : "delete"](row.topic);
    },
    tree_collapse_all: () => opened.clear(),
    tree_filter: ({ filter: wanted }) => {
      if (wanted.mode === "regex" && wanted.text.includes("("))
        throw {
          kind: "filter",
          problem: { kind: "regex", fault: "openGroup", at: wanted.text.indexOf("(") },
        };
      filter = wanted.text.replace("/#", "/");
      values = wanted.scope !== "topic";
      mode = wanted.mode === "text" && wanted.text.endsWith("#") ? "wildcards" : wanted.mode;
      return mode;
    },
    tree_hit: ({ from, backwards }) => {
      const names = rows()
        .map((row) => row.topic)
        .filter((topic) => leaves[topic]);
      const topic = names.at((names.indexOf(from ?? "") + (backwards ? -1 : 1)) % names.length) ?? "";
      return { row: rows().findIndex((row) => row.topic === topic), node: 1, topic };
    },
    tree_sort: ({ sort: wanted }) => void (sort = wanted),
    tree_hold: () => null,
    tree_pause: ({ paused: wanted }) => void (paused = wanted),
    tree_reveal: ({ topic }) => {
      topic.split("/").forEach((_, i, levels) => i > 0 && opened.add(levels.slice(0, i).join("/")));
      return target(topic);
    },
    tree_busiest: async ({ wait: waits, by }) => {
      if (waits) await wait(1000);
      const busy = (topic: string, i: number) => ({
        topic,
        rate: (480 / (i + 1)) * (0.95 + Math.random() / 10),
        bytes: (61_000 / (by === "bytes" ? i + 1 : 1 + (i % 5))) * (0.95 + Math.random() / 10),
      });
      const names = scene === "empty" ? [] : Object.keys(leaves);
      const branches = names.flatMap((name) => name.split("/").map((_, i, all) => all.slice(0, i).join("/")));
      return {
        topics: names.slice(0, 20).map(busy),
        branches: [...new Set(branches.filter((name) => name !== ""))].slice(0, 20).map(busy),
        rate: scene === "empty" ? 0 : 1204,
        bytes: scene === "empty" ? 0 : 181_000,
      };
    },
    tree_parent: ({ row }) => target(rows()[row]?.topic.split("/").slice(0, -1).join("/")),
    tree_type_ahead: ({ row, prefix }) =>
      target(rows().find((one, i) => i > row && one.segment.startsWith(prefix))?.topic),
    tree_find: ({ text: wanted }) => Object.keys(leaves).filter((name) => name.includes(wanted)),
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
    decoders: () => decoders,
    decoders_save: ({ rules }) => ({ ...decoders, rules }),
    schema_add: () => decoders,
    schema_remove: () => ({ ...decoders, schemas: [] }),
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
    message_numbers: () => [
      { path: "$.seq", value: 41882, unit: null },
      { path: "$.force_kn", value: 612.4, unit: "kN" },
    ],
    series_add: ({ topic, path }) => ({ id: 1, topic, path, unit: null, style: 0, hidden: false }),
    retained_topics: ({ window: { filter: wanted } }) =>
      Object.keys(leaves).filter(
        (name) => leaves[name]?.retained && name.startsWith(wanted.replace(/\/#$/, "")),
      ),
    retained_delete: ({ topics }) => ({ deletion: 1, done: topics, failed: [], verified: true }),
    retained_undo: () => ({ deletion: 1, done: ["a"], failed: [], verified: true }),
    sent: () => new Promise(() => {}),
    ...stream.answers,
    search_start: ({ query }) => searches.begin(query),
    search_frame: async ({ window }) => {
      if (window.revision > 0) await wait(200);
      return searches.frame(window);
    },
    search_stop: () => searches.order(true),
    search_go_on: () => searches.order(false),
    packets_frame: async ({ window: { query, first, count, revision: known } }) => {
      if (known === 1) await wait(60_000);
      return packets.frame(first, count, (query as { text: string }).text);
    },
    packet_detail: ({ packet }) => packets.detail(packet),
    packets_keep_messages: () => null,
    storage: () => storage.frame(scene),
    storage_usage: ({ look }) => storage.usage(look),
    storage_amount: ({ what }) => storage.amount(what),
    storage_forget: () => true,
    storage_stop: () => null,
    retention_save: () => null,
    packets_export: () => ({ path: "/home/ann/packets.jsonl" }),
  };
  return async (command, args) => {
    if (command.startsWith("plugin:")) return null;
    const answer = answers[command as keyof Commands] as ((args: Args) => unknown) | undefined;
    if (!answer) throw { kind: "demo", detail: command };
    return answer(args);
  };
}
