/**
 * One question at a time. While one is under way only the newest of those that come is kept, and it is asked
 * once the answer is there: so scrolling asks as often as it is answered.
 */
export class Latest<Q, A> {
  #busy = false;
  #next: Q | undefined;
  readonly #ask: (question: Q) => Promise<A>;
  readonly #take: (answer: A, question: Q) => void;
  readonly #fail: (error: unknown) => void;

  constructor(
    ask: (question: Q) => Promise<A>,
    take: (answer: A, question: Q) => void,
    fail: (error: unknown) => void,
  ) {
    this.#ask = ask;
    this.#take = take;
    this.#fail = fail;
  }

  get busy(): boolean {
    return this.#busy;
  }

  want(question: Q): void {
    this.#next = question;
    if (!this.#busy) void this.#run();
  }

  /** What is under way is not taken any more. */
  drop(): void {
    this.#next = undefined;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#next !== undefined) {
      const question = this.#next;
      this.#next = undefined;
      try {
        const answer = await this.#ask(question);
        this.#busy = this.#next !== undefined;
        this.#take(answer, question);
      } catch (error) {
        this.#busy = this.#next !== undefined;
        this.#fail(error);
      }
    }
    this.#busy = false;
  }
}
