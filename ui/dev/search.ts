// Invented hits of a search, for pictures of the History screen.
import type { SearchFrame, SearchQuery, SearchRow, SearchWindow } from "../src/lib/ipc/generated";

const start = Date.now();
const kept = 1204;

function row(at: number, text: string): SearchRow {
  const received = start - at * 48_731;
  const value = 640 - (at % 97);
  return {
    id: received * 1000,
    topic: `factory/line-${1 + (at % 3)}/press-0${at % 8}/telemetry`,
    received,
    qos: at % 3,
    retain: at % 7 === 0,
    redelivered: at % 11 === 0,
    late: at % 13 === 0,
    size: 214 + at,
    found:
      text === ""
        ? { kind: "head", preview: { kind: "json", text: `{"force_kn":${value},"state":"running"}` } }
        : {
            kind: "match",
            snippet: {
              before: `"force_kn":${value},"note":"`,
              found: text,
              after: '","temperature_c":48.2,"cycle":184206,"operator":"창원 2공장","state":"running"',
              cutBefore: true,
              cutAfter: true,
            },
          },
    property: null,
  };
}

let asked: SearchQuery | null = null;
let looked = 0;
let stopped = false;

export function begin(query: SearchQuery): number {
  if (query.payload.regex && query.payload.text.includes("("))
    throw {
      kind: "search",
      problem: { kind: "regex", fault: "openGroup", at: query.payload.text.indexOf("(") },
    };
  asked = query;
  looked = 0;
  stopped = false;
  return 1;
}

export const order = (stop: boolean) => void (stopped = stop);

export function frame({ first, count, revision }: SearchWindow): SearchFrame {
  const total = 10_000_000;
  if (!stopped) looked = Math.min(total, looked + 181_204);
  const found = asked?.payload.text === "nothing" ? 0 : Math.min(kept, Math.round(looked / 2_000));
  const rows = Array.from({ length: found }, (_, at) => at).slice(first, first + count);
  return {
    revision: revision + 1,
    standing: { kind: looked === total ? "done" : stopped ? "stopped" : "running" },
    looked,
    total,
    reached: start - looked * 30,
    kept: found,
    canGoOn: stopped,
    busyMillis: looked / 1_900,
    first,
    rows: rows.map((at) => row(at, asked?.payload.text ?? "")),
  };
}
