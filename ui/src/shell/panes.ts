// The focus among the panes of a screen. A pane that is hidden must not take it along: without a place in the
// window, the keys of trees and lists would reach nothing.
import { tick } from "svelte";

const STOPS = '[role="tree"], input, textarea, button:not([disabled]), [tabindex="0"]';

const panes = (): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>("[data-pane]")].filter((pane) => pane.offsetWidth > 0);
const named = (name: string): HTMLElement | null => document.querySelector(`[data-pane="${name}"]`);

/** Gives the focus to what Tab would reach first in a pane. */
const enter = (pane: HTMLElement | null | undefined) => pane?.querySelector<HTMLElement>(STOPS)?.focus();

/** Moves the focus to the next pane. */
export function nextPane(): void {
  const all = panes();
  const at = all.findIndex((pane) => pane.contains(document.activeElement));
  enter(all[(at + 1) % all.length]);
}

/** Hides a pane; the focus that was in it goes to the message, which always remains. */
export async function hidePane(name: string, hide: () => void): Promise<void> {
  const held = named(name)?.contains(document.activeElement) === true;
  hide();
  if (!held) return;
  await tick();
  enter(named("message"));
}
