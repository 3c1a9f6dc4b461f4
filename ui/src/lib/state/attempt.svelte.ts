/** What a press asks for and may fail: whether it is under way, and why it failed the last time. */
export class Attempt {
  busy = $state(false);
  error = $state.raw<unknown>(null);

  /** True if it did not fail. What failed before is forgotten as this begins. */
  async run(action: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    this.error = null;
    try {
      await action();
      return true;
    } catch (error) {
      this.error = error;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
