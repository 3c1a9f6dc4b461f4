import { createSubscriber } from "svelte/reactivity";

const subscribe = createSubscriber((update) => {
  const timer = setInterval(update, 500);
  return () => clearInterval(timer);
});

/** The time in milliseconds since the Unix epoch, read again twice a second where it is shown. */
export function now(): number {
  subscribe();
  return Date.now();
}
