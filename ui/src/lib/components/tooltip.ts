// The tooltip: an attachment, because it adds nothing to the layout of what it explains.
//   <button {@attach tooltip("Copy topic", "Ctrl+C")}>
// It shows after 500 ms of pointing or at once on keyboard focus, and goes on leave, press, Escape or scroll.
// It repeats or extends the accessible name and is therefore hidden from screen readers.
import type { Attachment } from "svelte/attachments";
import { chordLabel } from "$lib/keys";

const DELAY = 500;
const GAP = 6;
const EDGE = 4;

let shown: HTMLElement | null = null;

function hide(): void {
  shown?.remove();
  shown = null;
}

function show(owner: Element, text: string, keys: string | undefined): void {
  hide();
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("aria-hidden", "true");
  const words = document.createElement("span");
  words.textContent = text;
  tip.append(words);
  if (keys) {
    const chord = document.createElement("span");
    chord.className = "tip-keys";
    chord.textContent = chordLabel(keys);
    tip.append(chord);
  }
  document.body.append(tip);
  const at = owner.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const below = at.bottom + GAP;
  const top = below + height > innerHeight - EDGE ? at.top - GAP - height : below;
  const left = at.left + at.width / 2 - width / 2;
  tip.style.top = `${Math.max(EDGE, top)}px`;
  tip.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - EDGE - width))}px`;
  shown = tip;
}

/**
 * No tooltip while the text is empty, so that a conditional one needs no branch in the markup. A function is asked
 * each time it opens: for numbers that change all the time.
 */
export function tooltip(text: string | undefined | (() => string), keys?: string): Attachment<Element> {
  return (owner) => {
    if (!text) return;
    let wait: ReturnType<typeof setTimeout> | undefined;
    let mine = false;
    const open = () => {
      mine = true;
      show(owner, typeof text === "function" ? text() : text, keys);
    };
    const close = () => {
      clearTimeout(wait);
      if (mine) hide();
      mine = false;
    };
    const listen = new AbortController();
    const on = (name: string, run: (event: Event) => void) =>
      owner.addEventListener(name, run, { signal: listen.signal });
    on("pointerenter", () => {
      clearTimeout(wait);
      wait = setTimeout(open, DELAY);
    });
    on("pointerleave", close);
    on("pointerdown", close);
    on("blur", close);
    on("focus", () => {
      if (owner.matches(":focus-visible")) open();
    });
    on("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape") close();
    });
    window.addEventListener("scroll", close, { capture: true, passive: true, signal: listen.signal });
    return () => {
      listen.abort();
      close();
    };
  };
}
