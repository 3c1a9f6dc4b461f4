// Keyboard chords. A chord is written "Ctrl+Shift+C", "Alt+P", "Del", "/" or "D"; on macOS Ctrl is ⌘ and
// Alt is ⌥, both when matching and when printed. A chord that would type something works only outside
// fields, and those of a single letter can be turned off altogether.

export interface Platform {
  mac: boolean;
}

export const platform: Platform = { mac: /Mac|iPhone|iPad/.test(navigator.platform) };

export interface Shortcut {
  keys: string | readonly string[];
  run: (event: KeyboardEvent) => void;
  /** Off while this is false, so that the key keeps its usual meaning. */
  when?: () => boolean;
}

interface Chord {
  key: string;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
}

const names: Record<string, string> = {
  del: "delete",
  esc: "escape",
  enter: "enter",
  space: " ",
  up: "arrowup",
  down: "arrowdown",
  left: "arrowleft",
  right: "arrowright",
};

const printed: Record<string, string> = {
  delete: "Del",
  escape: "Esc",
  enter: "↵",
  " ": "Space",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  tab: "Tab",
  home: "Home",
  end: "End",
};

function parse(keys: string): Chord {
  // "Ctrl++" names the plus key itself.
  const parts = keys.endsWith("++") ? [...keys.slice(0, -2).split("+"), "+"] : keys.split("+");
  const last = keys === "+" ? "+" : (parts.pop() ?? "");
  const held = new Set(parts.map((part) => part.toLowerCase()));
  const key = last.toLowerCase();
  return {
    key: names[key] ?? key,
    ctrl: held.has("ctrl"),
    alt: held.has("alt"),
    shift: held.has("shift"),
  };
}

/** The key an event stands for, in lower case, whatever the keyboard layout types with it. */
function keyOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  // A Korean layout types ㅁ on A; ⌥ on a Mac types å.
  const typesOther = key.length === 1 && key.charCodeAt(0) > 126;
  if (letter && (typesOther || key === "process" || key === "dead" || event.altKey))
    return letter.toLowerCase();
  if (digit && (typesOther || event.altKey)) return digit;
  return key;
}

/** Whether the event is this chord, with no other modifier held. */
export function matches(event: KeyboardEvent, keys: string, on: Platform = platform): boolean {
  if (event.isComposing) return false;
  const chord = parse(keys);
  const ctrl = on.mac ? event.metaKey : event.ctrlKey;
  const other = on.mac ? event.ctrlKey : event.metaKey;
  // "*" and "?" need Shift on most keyboards and not on others, so Shift is judged by letters and names only.
  const shiftMatters = chord.key.length > 1 || chord.key === " " || /[a-z0-9]/.test(chord.key);
  return (
    keyOf(event) === chord.key &&
    ctrl === chord.ctrl &&
    !other &&
    event.altKey === chord.alt &&
    (!shiftMatters || event.shiftKey === chord.shift)
  );
}

/** Whether the event comes from something one types into. */
export function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !/^(button|checkbox|radio|range|submit)$/.test(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** Whether pressing the chord in a field would type or edit there. */
function edits(chord: Chord): boolean {
  if (chord.ctrl) return /^[acvxyz]$/.test(chord.key) || chord.key.startsWith("arrow");
  if (chord.alt) return false;
  return chord.key !== "escape" && !/^f\d+$/.test(chord.key);
}

const singleLetter = (chord: Chord) => !chord.ctrl && !chord.alt && /^[a-z]$/.test(chord.key);

export interface DispatchOptions {
  /** The setting for single-letter shortcuts. */
  singleLetters?: boolean;
  on?: Platform;
}

/**
 * Runs the first shortcut that matches and prevents the key's usual effect. Answers whether one ran.
 * A chord that edits text is left alone while the focus is in a field.
 */
export function dispatch(
  event: KeyboardEvent,
  shortcuts: readonly Shortcut[],
  { singleLetters = true, on = platform }: DispatchOptions = {},
): boolean {
  if (event.defaultPrevented) return false;
  const field = inField(event.target);
  for (const shortcut of shortcuts) {
    const all = typeof shortcut.keys === "string" ? [shortcut.keys] : shortcut.keys;
    const hit = all.find((keys) => matches(event, keys, on));
    if (hit === undefined) continue;
    const chord = parse(hit);
    if (field && edits(chord)) continue;
    if (!singleLetters && singleLetter(chord)) continue;
    if (shortcut.when && !shortcut.when()) continue;
    event.preventDefault();
    shortcut.run(event);
    return true;
  }
  return false;
}

/** A chord as it is printed: "Ctrl Shift C", on macOS "⌘⇧C". */
export function chordLabel(keys: string, on: Platform = platform): string {
  const chord = parse(keys);
  const key = printed[chord.key] ?? (chord.key.length === 1 ? chord.key.toUpperCase() : chord.key);
  const name = /^f\d+$/.test(key) ? key.toUpperCase() : key;
  const held = on.mac
    ? [chord.ctrl && "⌘", chord.alt && "⌥", chord.shift && "⇧"]
    : [chord.ctrl && "Ctrl", chord.alt && "Alt", chord.shift && "Shift"];
  return [...held.filter((part) => part !== false), name].join(on.mac ? "" : " ");
}

/** A chord for aria-keyshortcuts: "Control+Shift+C". */
export function ariaChord(keys: string, on: Platform = platform): string {
  const chord = parse(keys);
  const key = chord.key === " " ? "Space" : chord.key.length === 1 ? chord.key.toUpperCase() : chord.key;
  const name = key.replace(/^arrow/, "Arrow").replace(/^./, (first) => first.toUpperCase());
  const ctrl = on.mac ? "Meta" : "Control";
  return [chord.ctrl && ctrl, chord.alt && "Alt", chord.shift && "Shift", name].filter(Boolean).join("+");
}
