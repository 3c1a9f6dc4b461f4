import type { Subscription } from "$lib/ipc/generated";

/** The largest identifier: the backend keeps the 65,536 that MQTT allows above it for itself. */
export const MAX_IDENTIFIER = 268_369_919;

/** A subscription as it begins, before somebody chooses other options. */
export function newSubscription(filter = ""): Subscription {
  return {
    enabled: true,
    filter,
    qos: 0,
    noLocal: false,
    retainAsPublished: true,
    retainHandling: 0,
    identifier: null,
  };
}
