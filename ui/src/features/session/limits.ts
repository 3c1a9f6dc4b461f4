// What the broker said of itself in CONNACK as rows of a table (MQTT 5, 3.2.2.3). Pure but for the words.
import { i18n } from "$lib/i18n";
import type { Connack } from "$lib/ipc/generated";

export interface LimitRow {
  key: string;
  value: string;
  /** From the network, word for word. */
  mono?: boolean;
  keyMono?: boolean;
  /** The broker can't do what a client might ask for. */
  less?: boolean;
}

const FOR_EVER = 4_294_967_295;

/** The limits in the order of the specification; what the broker did not say is left out or its default. */
export function limitRows(connack: Connack): LimitRow[] {
  const { m, f } = i18n;
  const words = m.session;
  const can = (key: string, available: boolean): LimitRow => ({
    key,
    value: available ? words.allowed : words.notAllowed,
    less: !available,
  });
  const text = (key: string, value: string | null): LimitRow[] =>
    value === null ? [] : [{ key, value, mono: true }];
  const seconds = (value: number) => f.duration(value * 1000);
  const { serverKeepAlive: alive, sessionExpirySecs: expiry } = connack;
  return [
    { key: words.sessionPresent, value: connack.sessionPresent ? words.resumed : words.begun },
    { key: words.maximumQos, value: String(connack.maximumQos), less: connack.maximumQos < 2 },
    can(words.retain, connack.retainAvailable),
    can(words.wildcards, connack.wildcardAvailable),
    can(words.shared, connack.sharedAvailable),
    can(words.identifiers, connack.subscriptionIdsAvailable),
    { key: words.receiveMaximum, value: f.count(connack.receiveMaximum) },
    {
      key: words.packetSize,
      value: connack.maximumPacketSize === null ? words.noLimit : f.bytes(connack.maximumPacketSize),
    },
    {
      key: words.aliases,
      value: connack.topicAliasMaximum === 0 ? words.none : f.count(connack.topicAliasMaximum),
    },
    {
      key: words.keepAlive,
      value: alive === null ? words.asAsked : alive === 0 ? words.keepAliveOff : seconds(alive),
    },
    {
      key: words.sessionExpiry,
      value:
        expiry === null
          ? words.asAsked
          : expiry === 0
            ? words.atOnce
            : expiry === FOR_EVER
              ? words.never
              : seconds(expiry),
    },
    ...text(words.clientId, connack.assignedClientId),
    ...text(words.serverReference, connack.serverReference),
    ...text(words.reasonString, connack.reasonString),
  ];
}

/** The broker's user properties, as they came. */
export function propertyRows(connack: Connack): LimitRow[] {
  return connack.userProperties.map(({ name, value }) => ({ key: name, value, mono: true, keyMono: true }));
}

/** What is switched off in the window because of the limits. */
export function consequences(connack: Connack): string[] {
  const words = i18n.m.session;
  return [
    ...(connack.maximumQos < 2 ? [words.qosBarred({ qos: connack.maximumQos })] : []),
    ...(connack.retainAvailable ? [] : [words.retainBarred]),
    ...(connack.wildcardAvailable ? [] : [words.noWildcards]),
    ...(connack.sharedAvailable ? [] : [words.noShared]),
    ...(connack.subscriptionIdsAvailable ? [] : [words.noIdentifiers]),
  ];
}
