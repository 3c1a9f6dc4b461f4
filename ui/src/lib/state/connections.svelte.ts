import { call } from "$lib/ipc/call";
import { follow } from "$lib/ipc/follow";
import type { ConnectionRow } from "$lib/ipc/generated";

/**
 * The saved connections and where each stands, as the backend last said. However many parts of the window
 * watch it, one question is under way.
 */
class ConnectionList {
  /** Null until the first answer. */
  rows = $state.raw<ConnectionRow[] | null>(null);
  error = $state.raw<unknown>(null);
  #revision = 0;
  #watchers = 0;
  #stop = new AbortController();

  row(id: string | null): ConnectionRow | undefined {
    return this.rows?.find((row) => row.id === id);
  }

  /** Follows the list until the returned function is called: `$effect(() => connections.watch())`. */
  watch(): () => void {
    if (this.#watchers++ === 0) {
      this.#stop = new AbortController();
      void this.#follow(this.#stop.signal);
    }
    return () => {
      if (--this.#watchers === 0) this.#stop.abort();
    };
  }

  #follow(signal: AbortSignal): Promise<void> {
    return follow(
      signal,
      () => call("connections", { revision: this.#revision }),
      (frame) => {
        this.error = null;
        this.#revision = frame.revision;
        this.rows = frame.connections;
      },
      (error) => (this.error = error),
    );
  }
}

export const connections = new ConnectionList();
