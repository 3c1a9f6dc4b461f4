// The properties of a message as rows of a table: MQTT's own first, then the user's, as they came. Pure but
// for the words, which follow the language of the window.
import type { KeyValueRow } from "$lib/components/KeyValue.svelte";
import { matches } from "$lib/filters";
import { i18n } from "$lib/i18n";
import type { MessageInfo, MessageProperties, Subscribed } from "$lib/ipc/generated";

export interface PropertyRow extends KeyValueRow {
  /** The part of the life that is left, 1 to 0, where the message expires. */
  left?: number;
}

/** "9f3c11" as "9f 3c 11". */
const spaced = (hex: string) => hex.match(/../g)?.join(" ") ?? "";

function expiry(seconds: number, received: number, now: number): PropertyRow {
  const { m, f } = i18n;
  const left = Math.max(0, seconds * 1000 - (now - received));
  const value = left === 0 ? m.explore.expired : f.duration(Math.ceil(left / 1000) * 1000);
  return {
    key: m.explore.expiresIn,
    value,
    aside: `/ ${f.duration(seconds * 1000)}`,
    left: seconds === 0 ? 0 : left / (seconds * 1000),
  };
}

/** What the specification defines (MQTT 5, 3.3.2.3). */
export function mqttRows(info: MessageInfo, subscribed: readonly Subscribed[], now: number): PropertyRow[] {
  const { m } = i18n;
  const words = m.explore;
  const { properties } = info;
  const rows: PropertyRow[] = [];
  if (properties.contentType !== null)
    rows.push({ key: words.contentType, value: properties.contentType, mono: true });
  if (properties.responseTopic !== null)
    rows.push({ key: words.responseTopic, value: properties.responseTopic, mono: true });
  if (properties.payloadFormat !== null)
    rows.push({
      key: words.payloadFormat,
      value: properties.payloadFormat === 1 ? words.payloadText : words.payloadBytes,
    });
  if (properties.correlationHex !== null)
    rows.push({
      key: words.correlationData,
      value: properties.correlationText ?? spaced(properties.correlationHex),
      mono: true,
      aside: i18n.f.bytes(properties.correlationHex.length / 2),
    });
  if (properties.expirySecs !== null) rows.push(expiry(properties.expirySecs, info.received, now));
  for (const id of properties.subscriptionIds) {
    const filter = subscribed.find((one) => one.identifier === id)?.filter;
    const named = words.subscriptionId({ id });
    rows.push({
      key: words.matchedBy,
      value: filter ?? named,
      mono: filter !== undefined,
      ...(filter && { aside: named }),
    });
  }
  // A broker sends identifiers only for subscriptions that have one; for others the filters tell.
  if (properties.subscriptionIds.length === 0)
    for (const { filter, reason } of subscribed)
      if (reason.code < 128 && matches(filter, info.topic))
        rows.push({ key: words.matchedBy, value: filter, mono: true });
  return rows;
}

export function userRows(properties: MessageProperties): PropertyRow[] {
  return properties.user.map(({ name, value }) => ({ key: name, value, mono: true, keyMono: true }));
}

/** The rows in which two messages differ, side by side; an absent property is an empty value. */
export function differing(
  a: readonly PropertyRow[],
  b: readonly PropertyRow[],
): [PropertyRow[], PropertyRow[]] {
  /** A repeated name is told apart by how often it came before. */
  const numbered = (rows: readonly PropertyRow[]) => {
    const seen = new Map<string, number>();
    return new Map(
      rows.map((row) => {
        const count = (seen.get(row.key) ?? 0) + 1;
        seen.set(row.key, count);
        return [`${row.key}\n${count}`, row] as const;
      }),
    );
  };
  const left = numbered(a);
  const right = numbered(b);
  const left2: PropertyRow[] = [];
  const right2: PropertyRow[] = [];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const x = left.get(name);
    const y = right.get(name);
    if (x?.value === y?.value) continue;
    const known = (x ?? y) as PropertyRow;
    left2.push(x ?? { ...known, value: "" });
    right2.push(y ?? { ...known, value: "" });
  }
  return [left2, right2];
}
