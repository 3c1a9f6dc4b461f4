import { i18n } from "$lib/i18n";
import type { ImportNote, ImportRow } from "$lib/ipc/generated";

/** One line about a connection; a warning is something that will not work or is not safe as it is. */
export interface Line {
  text: string;
  warn: boolean;
}

/** Whether every connection was made for an older MQTT, so that it is said once for all. */
export function allOlder(rows: readonly ImportRow[]): boolean {
  return rows.length > 0 && rows.every((row) => row.notes.some((note) => note.kind === "olderMqtt"));
}

function lineOf(note: ImportNote): Line | null {
  const { notes } = i18n.m.transfer;
  switch (note.kind) {
    case "olderMqtt":
      return { text: notes.olderMqtt({ version: note.version }), warn: false };
    case "embedded":
      return { text: notes.embedded[note.file]({ name: note.name }), warn: true };
    case "missing":
      return { text: notes.missing[note.file]({ path: note.path }), warn: true };
    case "badFilter":
      return { text: notes.badFilter({ filter: note.filter }), warn: true };
    case "unverified":
      return { text: notes.unverified, warn: true };
    case "runsCommand":
      return { text: notes.runsCommand({ command: note.command }), warn: true };
    case "notUsable":
    case "notTaken":
      return null;
  }
}

/** What to know about a connection, line by line; fields of one kind share a line. */
export function linesOf(row: ImportRow, withoutVersion: boolean): Line[] {
  const { notes } = i18n.m.transfer;
  const lines = row.notes
    .filter((note) => !(withoutVersion && note.kind === "olderMqtt"))
    .map(lineOf)
    .filter((line) => line !== null);
  const fields = (kind: "notUsable" | "notTaken") => [
    ...new Set(row.notes.flatMap((note) => (note.kind === kind ? [note.field] : []))),
  ];
  const unusable = fields("notUsable");
  const left = fields("notTaken");
  if (unusable.length > 0) lines.push({ text: notes.notUsable({ fields: unusable.join(", ") }), warn: true });
  if (left.length > 0) lines.push({ text: notes.notTaken({ fields: left.join(", ") }), warn: false });
  return lines;
}

/** The parts that come along, as a list of nouns. */
export function partsOf(row: ImportRow): string {
  const { parts } = i18n.m.transfer;
  return [
    row.password && parts.password,
    row.path && parts.path,
    row.authority && parts.authority,
    row.clientCertificate && parts.clientCertificate,
    row.subscriptions > 0 && parts.subscriptions({ count: row.subscriptions }),
    row.will && parts.will,
  ]
    .filter((part) => part !== false)
    .join(", ");
}
