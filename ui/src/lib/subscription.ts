import type { Subscription } from "$lib/ipc/generated";

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
