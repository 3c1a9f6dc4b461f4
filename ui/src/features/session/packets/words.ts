// What is in a packet, as words of the window. Names of fields are those of the specification in every language.
import { i18n } from "$lib/i18n";
import type { CodeLine } from "$lib/components/code";
import type { PacketKind, PacketProblem, PacketValue } from "$lib/ipc/generated";
import { hexCode } from "$lib/words";

/** `CONNACK`, as the specification writes it. */
export function kindText(kind: PacketKind | null): string {
  return kind === null ? i18n.m.packets.noPacket : kind.toUpperCase();
}

/** Pairs of hex digits with a gap between bytes. */
function spaced(hex: string): string {
  return hex.replaceAll(/..(?=.)/g, "$& ");
}

export function valueText(value: PacketValue, name: string): string {
  const m = i18n.m.packets;
  switch (value.kind) {
    case "number":
      return i18n.f.count(value.value);
    case "seconds":
      // With all bits set a session does not expire (MQTT 5, 3.1.2.11.2).
      return name === "Session Expiry Interval" && value.value === 0xffff_ffff
        ? m.noExpiry
        : value.value === 0
          ? "0"
          : i18n.f.duration(value.value * 1000);
    case "bytes":
      return i18n.f.bytes(value.value);
    case "flag":
      return value.value ? m.yes : m.no;
    case "text":
      return value.text;
    case "binary":
      return value.size === 0 ? "" : (value.text ?? spaced(value.hex));
    case "pair":
      return value.value === null ? `${value.name}: ${m.secret}` : `${value.name}: ${value.value}`;
    case "reason":
      return `${value.code} ${hexCode(value.code)} ${value.name}`;
    case "secret":
      return m.secret;
  }
}

export function problemText({ at, wrong }: PacketProblem): string {
  const m = i18n.m.packets;
  const text = (() => {
    switch (wrong.kind) {
      case "unknownProperty":
        return m.wrong.unknownProperty({ id: hexCode(wrong.id) });
      case "misplaced":
      case "repeated":
      case "value":
        return m.wrong[wrong.kind]({ name: wrong.name });
      default:
        return m.wrong[wrong.kind];
    }
  })();
  return m.atByte({ at, text });
}

/** Bytes in a row of hex: as many as fit beside the list. */
const ROW = 8;

/** Rows of hex with where they stand and what of them can be read. */
export function hexLines(hex: string): CodeLine[] {
  const bytes = hex.match(/../g) ?? [];
  const lines: CodeLine[] = [];
  for (let at = 0; at < bytes.length; at += ROW) {
    const row = bytes.slice(at, at + ROW);
    const readable = row.map((byte) => {
      const code = parseInt(byte, 16);
      return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·";
    });
    lines.push({
      no: null,
      indent: 0,
      tokens: [
        { kind: "punct", text: `${at.toString(16).padStart(4, "0")}  ` },
        { kind: "text", text: `${row.join(" ").padEnd(ROW * 3 - 1)}  ` },
        { kind: "str", text: readable.join("") },
      ],
    });
  }
  return lines;
}
