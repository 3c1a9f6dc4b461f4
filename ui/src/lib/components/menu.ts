// What a menu holds. Items are data, so that a row menu, a title-bar menu and the tests share one shape.
import type { IconType } from "./icon";

export type MenuEntry =
  | { kind: "line" }
  | { kind: "head"; text: string; mono?: boolean }
  | {
      kind: "item";
      label: string;
      run: () => void;
      icon?: IconType;
      /** The shortcut that does the same, printed at the right. */
      keys?: string;
      /** A quiet word at the right, instead of a shortcut. */
      meta?: string;
      danger?: boolean;
      disabled?: boolean;
      /** Makes the item a check; it shows whether it is on. */
      checked?: boolean;
    };

export type MenuItem = Extract<MenuEntry, { kind: "item" }>;

/** A point (context menu) or the element a menu hangs below. */
export type Anchor = { x: number; y: number } | Element;

const EDGE = 4;
const GAP = 2;

interface Size {
  width: number;
  height: number;
}

/** Where a menu of this size goes so that all of it is in the window. */
export function placeMenu(
  anchor: Anchor,
  menu: Size,
  view: Size,
  alignEnd = false,
): { left: number; top: number } {
  const at =
    anchor instanceof Element
      ? anchor.getBoundingClientRect()
      : { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y };
  const gap = anchor instanceof Element ? GAP : 0;
  const below = at.bottom + gap;
  const top = below + menu.height > view.height - EDGE ? at.top - gap - menu.height : below;
  const left = alignEnd ? at.right - menu.width : at.left;
  return {
    left: Math.max(EDGE, Math.min(left, view.width - EDGE - menu.width)),
    top: Math.max(EDGE, Math.min(top, view.height - EDGE - menu.height)),
  };
}
