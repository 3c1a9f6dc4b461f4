import { call } from "$lib/ipc/call";
import type { StatusFrame } from "$lib/ipc/generated";
import { Poll } from "./poll";

/** The connection the window shows, and what the backend last said of it. */
export class CurrentConnection {
  id = $state.raw<string | null>(null);
  status = $state.raw<StatusFrame | null>(null);
  error = $state.raw<unknown>(null);

  readonly #poll = new Poll<StatusFrame>(
    () => call("status", { id: this.id ?? "", revision: this.status?.revision ?? 0 }),
    (frame) => {
      this.error = null;
      this.status = frame;
    },
    (error) => (this.error = error),
  );

  show(id: string): void {
    if (this.id === id) return;
    this.#poll.stop();
    this.id = id;
    this.status = null;
    this.error = null;
    this.#poll.start();
  }

  /** Shows none; the connection itself goes on. */
  leave(): void {
    this.#poll.stop();
    this.id = null;
    this.status = null;
    this.error = null;
  }
}

export const connection = new CurrentConnection();
