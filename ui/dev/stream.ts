// An invented stream of messages and a job, for pictures of the History screen.
import type {
  Commands,
  JobState,
  Preview,
  ReplayState,
  RetainedChange,
  StreamFrame,
  StreamRow,
  StreamWindow,
} from "../src/lib/ipc/generated";

import { start, wait, type Answers } from "./backend";

let total = 4_000;
const topics = [
  "factory/line-2/press-04/telemetry",
  "factory/line-2/press-04/oil/temperature",
  "building/a/hvac/fan",
  "$SYS/broker/load/messages/received/1min",
  "zigbee2mqtt/부엌/온도",
];
const previews: Preview[] = [
  { kind: "json", text: '{"force_kn":612.4,"stroke_mm":82.1,"state":"pressing"}' },
  { kind: "number", text: "61.7" },
  { kind: "text", text: "on\u0000\t\u001b[31mred" },
  { kind: "binary", hex: "08 96 01 ff 00 12", size: 4_210 },
  { kind: "empty" },
];

function row(number: number): StreamRow {
  if (number % 97 === 50) return { kind: "gap", count: 12_804 };
  return {
    kind: "message",
    message: {
      id: number,
      received: start + number * 37,
      topic: topics[number % 5] ?? "",
      qos: number % 3,
      retain: number % 11 === 0,
      dup: false,
      redelivered: number % 23 === 0,
      late: number % 29 === 0,
      size: 54,
      preview: previews[(number * 7) % 5] ?? { kind: "empty" },
    },
  };
}

export function frame({ first, count, follow, paused, text }: StreamWindow): StreamFrame {
  if (!paused) total += 120;
  const from = follow ? Math.max(0, total - count) : Math.max(0, first);
  const rows = text === "nothing" ? [] : Array.from({ length: count }, (_, i) => row(from + i));
  return {
    revision: total,
    start: 0,
    total: text === "nothing" ? 0 : total,
    beginning: "cut",
    first: from,
    rows: rows.slice(0, Math.max(0, total - from)),
    rate: 1_204,
    waiting: paused ? 48_204 : 0,
    behind: false,
  };
}

const replay: ReplayState = {
  sent: 48_204,
  taken: 48_100,
  refused: { 135: 4 },
  unknown: 0,
  notSent: [{ why: "ofBroker", count: 112 }],
  behindMillis: 0,
  nextMillis: 4_200,
  waits: false,
  share: 0.41,
};
const survey = {
  messages: 118_204,
  topics: 1_204,
  retained: 48,
  ofBroker: 112,
  bytes: 9_000_000,
  first: (start - 3_600_000) * 1000,
  last: start * 1000,
  share: 1,
};
const change: RetainedChange = {
  deletion: 1,
  done: 1,
  failed: [],
  left: 0,
  verified: true,
  broken: null,
};
const states: JobState[] = [
  { kind: "surveyed", survey },
  { kind: "replaying", replay, paused: false },
  { kind: "exporting", messages: 12_000, bytes: 4_100_000, share: 0.3 },
  { kind: "deleted", id: "plant", change },
  { kind: "restored", id: "plant", change },
];

export const answers = {
  stream_frame: async ({ window }: Commands["stream_frame"]["args"]) => {
    await wait(100);
    return frame(window);
  },
  stream_clear: () => null,
  replay_survey: () => 1,
  replay_start: () => 2,
  recording_export: () => 3,
  recording_import: () => null,
  job_frame: async ({ job, revision }: Commands["job_frame"]["args"]) => {
    if (revision > 0) await wait(60_000);
    return { revision: 1, state: states[job - 1] };
  },
  job_order: () => null,
} satisfies Answers;
