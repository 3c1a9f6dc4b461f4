// The topics of the invented plant, and what the window sees of them: the tree, its filter, its past.
import type { Preview, TreeFilter, TreeFrame, TreeFrom, TreeRow } from "../src/lib/ipc/generated";

import { start, wait, type Answers } from "./backend";

interface Leaf {
  preview: Preview;
  retained?: boolean;
  trend?: TreeRow["trend"];
}

const text = (value: string): Preview => ({ kind: "text", text: value });
const number = (value: string): Preview => ({ kind: "number", text: value });

export const leaves: Record<string, Leaf> = {
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

const target = (topic: string | undefined) => {
  const at = rows().findIndex((row) => row.topic === topic);
  const row = rows()[at];
  return row ? { row: at, node: row.node, topic: row.topic } : null;
};

const place = (from: TreeFrom) =>
  from.kind === "row" ? from.row : rows().findIndex((row) => row.topic === from.topic);

export const answers = (scene: string) =>
  ({
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
    tree_place: ({ topic }) => {
      const row = rows().findLastIndex((row) => row.topic === topic || topic.startsWith(`${row.topic}/`));
      return row < 0 ? null : row;
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
    tree_parent: ({ from }) => target(rows()[place(from)]?.topic.split("/").slice(0, -1).join("/")),
    tree_type_ahead: ({ from, prefix }) =>
      target(rows().find((one, i) => i > place(from) && one.segment.startsWith(prefix))?.topic),
    tree_find: ({ text: wanted }) => Object.keys(leaves).filter((name) => name.includes(wanted)),
    retained_topics: ({ window: { filter: wanted } }) =>
      Object.keys(leaves).filter(
        (name) => leaves[name]?.retained && name.startsWith(wanted.replace(/\/#$/, "")),
      ),
  }) satisfies Answers;
