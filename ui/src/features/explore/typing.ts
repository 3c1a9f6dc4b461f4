/** How long a letter waits for the next one, ms: longer than between two letters of a name, too short to notice. */
const WAIT = 250;

/**
 * Tells a letter that is a shortcut from the first letter of a name. It waits for a moment: with another one
 * behind it, both begin a name; alone it is the shortcut.
 */
export class Typing {
  #waiting: { letter: string; at: number; run: () => void; timer: ReturnType<typeof setTimeout> } | null =
    null;
  readonly #type: (letter: string, at: number) => void;

  constructor(type: (letter: string, at: number) => void) {
    this.#type = type;
  }

  /** A letter was pressed. `shortcut` is what it does where no name is being typed, if it does anything. */
  press(letter: string, at: number, shortcut?: () => void): void {
    const before = this.#waiting;
    if (before) {
      this.#drop();
      this.#type(before.letter, before.at);
      this.#type(letter, at);
    } else if (shortcut) {
      this.#waiting = { letter, at, run: shortcut, timer: setTimeout(() => this.settle(), WAIT) };
    } else this.#type(letter, at);
  }

  /** No name follows, because something else is done: a shortcut that waits acts on what is selected now. */
  settle(): void {
    const run = this.#waiting?.run;
    this.#drop();
    run?.();
  }

  get waits(): boolean {
    return this.#waiting !== null;
  }

  #drop(): void {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = null;
  }
}
