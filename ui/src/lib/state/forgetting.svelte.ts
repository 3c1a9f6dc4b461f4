import { i18n } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import type { Forget, StorageAmount } from "$lib/ipc/generated";
import { errorText } from "$lib/words";
import { notices } from "./notices.svelte";

/** The question before something is forgotten. It is asked from the tree, the palette and the Storage view. */
export class Forgetting {
  /** What is asked about; null while nothing is. */
  asked = $state.raw<{ id: string; what: Forget } | null>(null);
  /** How much that is; null until it is known. */
  amount = $state.raw<StorageAmount | null>(null);
  busy = $state(false);
  /** Grows with each one that was begun, so that a view looks at once. */
  begun = $state(0);

  async ask(id: string, what: Forget): Promise<void> {
    const asked = { id, what };
    this.asked = asked;
    this.amount = null;
    try {
      const amount = await call("storage_amount", { id, what });
      // Another question may have taken its place.
      if (this.asked === asked) this.amount = amount;
    } catch (error) {
      if (this.asked !== asked) return;
      this.asked = null;
      notices.tell(errorText(error), { bad: true });
    }
  }

  cancel(): void {
    this.asked = null;
  }

  async confirm(): Promise<void> {
    if (this.asked === null || this.busy) return;
    this.busy = true;
    try {
      const begun = await call("storage_forget", this.asked);
      if (begun) this.begun += 1;
      else notices.tell(i18n.m.storage.busy, { bad: true });
    } catch (error) {
      notices.tell(errorText(error), { bad: true });
    }
    this.busy = false;
    this.asked = null;
  }
}

export const forgetting = new Forgetting();
