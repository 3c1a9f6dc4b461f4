// Words of rows: previews, types, hints.
import { i18n } from "$lib/i18n";
import type { Preview, RetainedHint, RetainedRow } from "$lib/ipc/generated";

/** A payload on one line. */
export function previewText(preview: Preview): string {
  switch (preview.kind) {
    case "binary":
      return preview.hex;
    case "image":
      return preview.format;
    case "sparkplug":
      return "Sparkplug";
    case "empty":
      return "";
    default:
      return preview.text;
  }
}

/** The name of the format, which is not translated but for plain text and bytes. */
export function typeText(preview: Preview): string {
  switch (preview.kind) {
    case "json":
      return "JSON";
    case "image":
      return preview.format.replace(/^image\//, "").toUpperCase();
    case "sparkplug":
      return "Sparkplug";
    case "packed":
    case "binary":
      return i18n.m.retained.typeBinary;
    case "empty":
      return "";
    default:
      return i18n.m.retained.typeText;
  }
}

/** 41 d, with "+" where the message may be older than it was first seen. */
export const ageText = (row: RetainedRow, now: number): string =>
  i18n.f.age(now - row.firstSeen, row.orOlder);

export function hintText(hint: RetainedHint): string {
  const m = i18n.m.retained;
  return { command: m.hintCommand, event: m.hintEvent, large: m.hintLarge }[hint];
}

/** Why a hint is a hint. */
export function hintWords(hint: RetainedHint): { title: string; body: string } {
  const m = i18n.m.retained;
  return {
    command: { title: m.commandTitle, body: m.commandBody },
    event: { title: m.eventTitle, body: m.eventBody },
    large: { title: m.largeTitle, body: m.largeBody },
  }[hint];
}
