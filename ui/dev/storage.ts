// Invented sizes for the Storage view.
import type { Forget, StorageFrame, StorageLook, StorageRow, StorageUsage } from "../src/lib/ipc/generated";

const now = Date.now();
const DAY = 86_400_000;
const sizes: [topic: string, messages: number, bytes: number][] = [
  ["factory/line-2/press-04/telemetry", 4_182_118, 1_204_118_000],
  ["factory/line-2/press-04/snapshot", 1_204, 58_032_000],
  ["factory/line-2/press-04", 12, 3_400],
  ["factory/line-2/conveyor/speed", 912_400, 3_650_000],
  ["factory/line-1/press-02/oil/level", 402_118, 1_930_000],
  ["spBv1.0/Plant7/DDATA/edge-02", 1_882_118, 312_000_000],
  ["building/hall-2/temp", 88_204, 352_000],
  ["$SYS/broker/uptime", 120_411, 1_560_000],
  ["urn:ngsi-ld:ManufacturingMachine:plant7:hall-2:line-2:press-04/RatedForce_kN", 4, 12],
  ["/leading/empty level", 40, 1_204],
];

export function amount(what: Forget) {
  const chosen = sizes.filter(
    ([topic]) =>
      what.kind === "before" ||
      topic === what.topic ||
      (what.kind === "branch" && topic.startsWith(`${what.topic}/`)),
  );
  const sum = (of: 1 | 2) => chosen.reduce((all, each) => all + each[of], 0);
  return { topics: chosen.length, messages: sum(1), bytes: sum(2), more: what.kind === "before" };
}

export function usage({ branch, flat, order }: StorageLook): StorageUsage {
  const prefix = branch === "" ? "" : `${branch}/`;
  const below = sizes.filter(([topic]) => topic.startsWith(prefix));
  const names = new Set(
    below.map(([topic]) => (flat ? topic : (topic.slice(prefix.length).split("/")[0] as string))),
  );
  const rows: StorageRow[] = [...names].map((name) => {
    const topic = flat ? name : prefix + name;
    const isTopic = sizes.some(([one]) => one === topic);
    return {
      name,
      topic,
      amount: amount({ kind: flat ? "topic" : "branch", topic }),
      isTopic,
      newest: now - topic.length * 40_000,
    };
  });
  rows.sort((a, b) => b.amount[order] - a.amount[order]);
  const own = amount({ kind: "topic", topic: branch });
  const all = rows.reduce(
    (sum, { amount: each }) => ({
      topics: sum.topics + each.topics,
      messages: sum.messages + each.messages,
      bytes: sum.bytes + each.bytes,
      more: false,
    }),
    { topics: 0, messages: 0, bytes: 0, more: false },
  );
  return { rows, count: rows.length, all, own: own.messages > 0 ? own : null };
}

export function frame(scene: string): StorageFrame {
  const empty = scene === "empty";
  return {
    fileBytes: empty ? 49_152 : 1_982_000_000,
    usedBytes: empty ? 45_056 : 1_904_118_000,
    freeBytes: empty ? 0 : 61_200_000,
    topics: empty ? 0 : 1204,
    messages: empty ? 0 : 7_588_629,
    payloadBytes: empty ? 0 : 1_581_646_000,
    oldest: empty ? null : now - 29.6 * DAY,
    newest: empty ? null : now - 400,
    growth: empty ? null : { bytesPerDay: 64_300_000, overSecs: 14_200 },
    counting: null,
    retention: { maxAgeSecs: 30 * 86_400, maxBytes: 2_000_000_000, maxPerTopic: 0 },
    readOnly: false,
    clearing:
      scene === "clearing"
        ? {
            what: { kind: "branch", topic: "building" },
            of: { topics: 12, messages: 881_204, bytes: 12_400_000, more: false },
            messages: 312_000,
            topics: 4,
            stage: { kind: "deleting" },
            freedBytes: null,
          }
        : null,
  };
}
