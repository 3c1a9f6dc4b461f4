// The subscriptions in effect beside those of the saved connection. Pure.
import { i18n } from "$lib/i18n";
import { hasWildcard, isEverything, isShared } from "$lib/filters";
import type { Connack, Subscribed, Subscription } from "$lib/ipc/generated";

/** So many topics or retained messages make everything too much to ask for lightly. */
export const BIG = 50_000;

/** What was asked for, as it is saved. */
export function asked(one: Subscribed): Subscription {
  const { filter, qos, noLocal, retainAsPublished, retainHandling, identifier } = one;
  return { enabled: true, filter, qos, noLocal, retainAsPublished, retainHandling, identifier };
}

function same(a: Subscription, b: Subscription): boolean {
  return (Object.keys(a) as (keyof Subscription)[]).every((key) => a[key] === b[key]);
}

/** Saved with the connection, and not in effect now. */
export function notInEffect(saved: readonly Subscription[], now: readonly Subscribed[]): Subscription[] {
  return saved.filter((one) => !now.some(({ filter }) => filter === one.filter));
}

/** Whether connecting again would subscribe to something else than what is in effect. */
export function differs(saved: readonly Subscription[], now: readonly Subscribed[]): boolean {
  const enabled = saved.filter((one) => one.enabled);
  return (
    enabled.length !== now.length || now.some((one) => !enabled.some((other) => same(other, asked(one))))
  );
}

/** The saved list, so that connecting again subscribes to what is in effect now. What is not is turned off. */
export function merged(saved: readonly Subscription[], now: readonly Subscribed[]): Subscription[] {
  const seen = new Set<string>();
  const kept = saved.map((one) => {
    const current = now.find(({ filter }) => filter === one.filter);
    if (!current || seen.has(one.filter)) return { ...one, enabled: false };
    seen.add(one.filter);
    return asked(current);
  });
  return [...kept, ...now.filter(({ filter }) => !seen.has(filter)).map(asked)];
}

/** Why the broker would refuse a subscription, as far as it said what it can do. */
export function barred(
  filter: string,
  one: Pick<Subscription, "noLocal" | "identifier">,
  connack: Connack | null,
): string | null {
  const words = i18n.m.session;
  // A broker takes it for a protocol error and ends the connection (MQTT 5, 3.8.3.1).
  if (isShared(filter) && one.noLocal) return i18n.m.errors.field.noLocalOnShared;
  if (connack === null) return null;
  if (isShared(filter) && !connack.sharedAvailable) return words.noShared;
  if (hasWildcard(filter) && !connack.wildcardAvailable) return words.noWildcards;
  if (one.identifier !== null && !connack.subscriptionIdsAvailable) return words.noIdentifiers;
  return null;
}

/** A warning before everything on a big broker is asked for. */
export function tooMuch(filter: string, topics: number, retained: number): string | null {
  const words = i18n.m.session;
  if (!isEverything(filter)) return null;
  if (retained > BIG) return words.bigBroker({ count: retained });
  return topics > BIG ? words.bigTree({ topics }) : null;
}
