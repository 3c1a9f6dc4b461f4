// What keys do in the tree: steps, branches, the menu, and letters that begin a name or are a shortcut elsewhere.
import type { Explore } from "./explore.svelte";
import type { TopicTree } from "./tree.svelte";
import { Typing } from "./typing";

const steps: Record<string, (tree: TopicTree, page: number) => void> = {
  ArrowUp: (tree) => void tree.move(-1),
  ArrowDown: (tree) => void tree.move(1),
  ArrowLeft: (tree) => void tree.left(),
  ArrowRight: (tree) => void tree.right(),
  PageUp: (tree, page) => void tree.move(-page),
  PageDown: (tree, page) => void tree.move(page),
  Home: (tree) => tree.first(),
  End: (tree) => tree.last(),
};

const held = ["Shift", "Control", "Alt", "Meta"];

export class TreeKeys {
  readonly #explore: () => Explore;
  readonly #menu: () => void;
  readonly #typing: Typing;

  /** `menu` opens the one of the selected row. */
  constructor(explore: () => Explore, menu: () => void) {
    this.#explore = explore;
    this.#menu = menu;
    this.#typing = new Typing((letter, at) => void explore().tree.type(letter, at));
  }

  /** No name follows: a letter that waits is the shortcut. */
  settle(): void {
    this.#typing.settle();
  }

  /** A key came to the tree; `page` is how many rows are in view. What it has no use for goes on to the window. */
  press(event: KeyboardEvent, page: number): void {
    const { key, shiftKey } = event;
    const chord = event.ctrlKey || event.metaKey || event.altKey;
    if (((chord || key.length !== 1) && !held.includes(key)) || /[ /*]/.test(key)) this.settle();
    if (chord || event.isComposing) return;
    const { tree } = this.#explore();
    const row = tree.selectedInView;
    const step = steps[key];
    if (step) step(tree, page);
    else if (key === "*" && row) void tree.expand(row, true, true);
    else if (key === "F3" && tree.filter !== "") void tree.hit(shiftKey);
    else if (key === "Enter" && row?.hasChildren) void tree.expand(row, !row.expanded);
    else if (key === "ContextMenu" || (key === "F10" && shiftKey)) this.#menu();
    else if (!this.#names(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Answers whether the key belongs to a name in the tree, or may: the letter of a shortcut waits for the next. */
  #names(event: KeyboardEvent): boolean {
    const { key, timeStamp } = event;
    if (key.length !== 1 || key === " " || key === "/") return false;
    const explore = this.#explore();
    const shortcut = explore.tree.typing(timeStamp) ? undefined : explore.shortcut(event);
    // "[" and its like begin no name, and a letter that waits before them is no name either.
    if (shortcut && !/\p{L}/u.test(key)) {
      this.settle();
      return false;
    }
    // A key that is held down is one shortcut and not a name of many equal letters.
    if (!event.repeat || !(shortcut || this.#typing.waits)) this.#typing.press(key, timeStamp, shortcut);
    return true;
  }
}
