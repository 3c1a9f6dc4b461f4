// Invented packets of a connection, for pictures of the Session screen.
import type { PacketDetail, PacketFrame, PacketKind, PacketRow } from "../src/lib/ipc/generated";

const start = Date.now();
const said: [PacketKind, "in" | "out", number, string, boolean?][] = [
  ["pingresp", "in", 2, ""],
  ["pingreq", "out", 2, ""],
  ["suback", "in", 9, "#2  1 Granted QoS 1  135 Not authorized"],
  ["subscribe", "out", 48, "#2  factory/line-2/+/telemetry  $SYS/#"],
  ["publish", "in", 312, "factory/line-2/press-04/telemetry  QoS 1  #7  288 B"],
  ["puback", "out", 4, "#7"],
  ["connack", "in", 41, "0 Success  Session Present 1"],
  ["connect", "out", 96, "treetop-4f2a  Keep Alive 60 s  Clean Start 0"],
  ["disconnect", "in", 27, "142 Session taken over  another client came"],
  ["publish", "in", 1_040_000, "factory/line-2/press-04/snapshot  QoS 0  1039962 B"],
  ["unsuback", "in", 7, "#3  17 No subscription existed", true],
];

function row(id: number): PacketRow {
  const [kind, direction, size, summary, broken = false] = said[(200 - id) % said.length] as (typeof said)[0];
  return { id, at: start - (200 - id) * 731, direction, kind, size, summary, broken };
}

export function frame(first: number, count: number, text: string): PacketFrame {
  const all = Array.from({ length: 200 }, (_, i) => row(200 - i)).filter((one) => one.summary.includes(text));
  return {
    revision: 1,
    total: all.length,
    matched: all.length,
    kept: 200,
    left: 1204,
    messages: false,
    counts: [
      { kind: "connect", incoming: 0, outgoing: 2 },
      { kind: "connack", incoming: 2, outgoing: 0 },
      { kind: "publish", incoming: 48_204, outgoing: 3 },
      { kind: "puback", incoming: 3, outgoing: 48_204 },
    ],
    first,
    rows: all.slice(first, first + count),
  };
}

export function detail(id: number): PacketDetail {
  return {
    row: row(id),
    fields: [
      { name: "Protocol Name", depth: 0, at: 2, value: { kind: "text", text: "MQTT" } },
      { name: "Protocol Version", depth: 0, at: 8, value: { kind: "number", value: 5 } },
      { name: "Connect Flags", depth: 0, at: 9, value: { kind: "number", value: 194 } },
      { name: "User Name Flag", depth: 1, at: 9, value: { kind: "flag", value: true } },
      { name: "Password Flag", depth: 1, at: 9, value: { kind: "flag", value: true } },
      { name: "Clean Start", depth: 1, at: 9, value: { kind: "flag", value: false } },
      { name: "Keep Alive", depth: 0, at: 10, value: { kind: "seconds", value: 60 } },
      { name: "Properties", depth: 0, at: 12, value: { kind: "bytes", value: 27 } },
      { name: "Session Expiry Interval", depth: 1, at: 13, value: { kind: "seconds", value: 0xffff_ffff } },
      { name: "Maximum Packet Size", depth: 1, at: 18, value: { kind: "bytes", value: 268_435_455 } },
      { name: "User Property", depth: 1, at: 23, value: { kind: "pair", name: "site", value: "창원 2공장" } },
      { name: "User Property", depth: 1, at: 40, value: { kind: "pair", name: "api-token", value: null } },
      { name: "Client Identifier", depth: 0, at: 52, value: { kind: "text", text: "treetop-4f2a" } },
      {
        name: "Will Payload",
        depth: 0,
        at: 60,
        value: { kind: "binary", size: 4, hex: "676f6e65", text: "gone" },
      },
      { name: "User Name", depth: 0, at: 66, value: { kind: "text", text: "ann" } },
      { name: "Password", depth: 0, at: 71, value: { kind: "secret" } },
    ],
    moreFields: 0,
    problems: row(id).broken ? [{ at: 23, wrong: { kind: "repeated", name: "Reason String" } }] : [],
    hex: "105e00044d51545405c2003c1b11ffffffff270fffffff2600047369746500".repeat(3),
    kept: row(id).size > 4096 ? 4096 : row(id).size,
  };
}
