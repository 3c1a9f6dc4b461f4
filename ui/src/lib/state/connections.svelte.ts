import { call } from "$lib/ipc/call";
import { follow } from "$lib/ipc/follow";
import type { ConnectionRow } from "$lib/ipc/generated";

/** The saved connections and where each stands, as the backend last said. */
export class ConnectionList {
  /** Null until the first answer. */
  rows = $state.raw<ConnectionRow[] | null>(null);
  error = $state.raw<unknown>(null);
  #revision = 0;

  row(id: string | null): ConnectionRow | undefined {
    return this.rows?.find((row) => row.id === id);
  }

  /** Follows the list until `signal` is aborted. */
  follow(signal: AbortSignal): Promise<void> {
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
