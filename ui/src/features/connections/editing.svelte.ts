import { call } from "$lib/ipc/call";
import { ProfileForm } from "./profile.svelte";

/** What would throw away what is typed in the form. */
export type Leaving = () => void;

/**
 * The one connection that is edited. It outlives the screen, so going to another tab and back loses
 * nothing that was typed.
 */
class Editing {
  form = $state<ProfileForm | null>(null);
  error = $state.raw<unknown>(null);
  /** What waits for an answer whether the changes may go. */
  leaving = $state.raw<Leaving | null>(null);
  #loads = 0;

  get id(): string | null {
    return this.form?.draft.id ?? null;
  }

  /** Runs at once, or after the changes were saved or discarded. */
  leave(then: Leaving): void {
    if (this.form?.dirty) this.leaving = then;
    else then();
  }

  /** Drops the changes and goes on. */
  discard(): void {
    const then = this.leaving;
    this.leaving = null;
    this.close();
    then?.();
  }

  close(): void {
    this.#loads++;
    this.form = null;
    this.error = null;
  }

  /** Loads a saved connection to edit. */
  async open(id: string): Promise<void> {
    if (this.id === id) return;
    await this.#load(async () => new ProfileForm(await call("profile", { id })));
  }

  /** Begins a new connection. */
  async create(): Promise<void> {
    const bare = { hasPassword: false, hasKeyPassphrase: false, hasProxyPassword: false };
    await this.#load(async () => new ProfileForm({ profile: await call("profile_new", {}), ...bare }, true));
  }

  async #load(form: () => Promise<ProfileForm>): Promise<void> {
    const load = ++this.#loads;
    this.form = null;
    this.error = null;
    try {
      const loaded = await form();
      if (load === this.#loads) this.form = loaded;
    } catch (error) {
      if (load === this.#loads) this.error = error;
    }
  }
}

export const editing = new Editing();
