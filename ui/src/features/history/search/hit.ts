// A message that was found, as lines and rows. Pure.
import type { CodeLine, TokenKind as CodeKind } from "$lib/components/code";
import type { KeyValueRow } from "$lib/components/KeyValue.svelte";
import type { Messages } from "$lib/i18n";
import type { Line, MessageProperties, TokenKind } from "$lib/ipc/generated";

const kinds: Partial<Record<TokenKind, CodeKind>> = {
  key: "key",
  str: "str",
  num: "num",
  bool: "bool",
  null: "null",
  punct: "punct",
  offset: "punct",
  ascii: "str",
};

/** A line of a payload as it is drawn. */
export function hitLine({ no, indent, tokens }: Line): CodeLine {
  return { no, indent, tokens: tokens.map(({ kind, text }) => ({ kind: kinds[kind] ?? "text", text })) };
}

/** The properties that can be looked for, in the order of the specification. */
export function propertyRows(properties: MessageProperties, words: Messages["search"]): KeyValueRow[] {
  const { contentType, responseTopic, correlationText, correlationHex, user } = properties;
  const named: [string, string | null][] = [
    [words.contentType, contentType],
    [words.responseTopic, responseTopic],
    [words.correlationData, correlationText ?? correlationHex],
  ];
  return [
    ...named.flatMap(([key, value]) => (value === null ? [] : [{ key, value, mono: true }])),
    ...user.map(({ name, value }) => ({ key: name, value, mono: true, keyMono: true })),
  ];
}
