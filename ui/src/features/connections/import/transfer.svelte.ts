import { call, CommandError } from "$lib/ipc/call";
import type { ImportList, ImportSource } from "$lib/ipc/generated";

function isSealed(error: unknown): boolean {
  return (
    error instanceof CommandError &&
    error.reason.kind === "transfer" &&
    error.reason.problem.kind === "sealed"
  );
}

/** Connections on their way in from a file, or out into one: what is found, read, asked for. */
export class Transfer {
  /** Files of other programs on this computer. */
  sources = $state.raw<readonly ImportSource[]>([]);
  /** What was read and is to be chosen from. */
  list = $state.raw<ImportList | null>(null);
  /** A file that asks for its passphrase. */
  sealed = $state<string | null>(null);
  exporting = $state(false);
  error = $state.raw<unknown>(null);

  async look(): Promise<void> {
    await this.#attempt(async () => {
      this.sources = await call("import_sources", {});
    });
  }

  /** Reads a file; one that is sealed asks for its passphrase first. */
  async read(path: string): Promise<void> {
    await this.#attempt(async () => {
      try {
        this.list = await call("import_read", { path, passphrase: null });
      } catch (error) {
        if (!isSealed(error)) throw error;
        this.sealed = path;
      }
    });
  }

  /** Opens a sealed file; rejects with what went wrong. */
  async open(path: string, passphrase: string): Promise<void> {
    this.list = await call("import_read", { path, passphrase });
    this.sealed = null;
  }

  async pick(): Promise<void> {
    await this.#attempt(async () => {
      const path = await call("profile_pick_file", {});
      if (path !== null) await this.read(path);
    });
  }

  /** Gives up what was read, passwords included. */
  async forget(): Promise<void> {
    this.list = null;
    await this.#attempt(() => call("import_forget", {}));
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await run();
    } catch (error) {
      this.error = error;
    }
  }
}
