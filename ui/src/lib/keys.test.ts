import { afterEach, describe, expect, test, vi } from "vitest";
import { ariaChord, chordLabel, dispatch, matches } from "./keys";

const pc = { mac: false };
const mac = { mac: true };
const press = (key: string, held: KeyboardEventInit = {}) =>
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held });

describe("matches", () => {
  test("Ctrl is ⌘ on a Mac and nowhere else", () => {
    expect(matches(press("k", { ctrlKey: true }), "Ctrl+K", pc)).toBe(true);
    expect(matches(press("k", { metaKey: true }), "Ctrl+K", mac)).toBe(true);
    expect(matches(press("k", { ctrlKey: true }), "Ctrl+K", mac)).toBe(false);
    expect(matches(press("k", { metaKey: true }), "Ctrl+K", pc)).toBe(false);
  });

  test("other modifiers make it another chord", () => {
    expect(matches(press("c", { ctrlKey: true }), "Ctrl+Shift+C", pc)).toBe(false);
    expect(matches(press("C", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+C", pc)).toBe(true);
    expect(matches(press("C", { ctrlKey: true, shiftKey: true }), "Ctrl+C", pc)).toBe(false);
    expect(matches(press("d", { altKey: true }), "D", pc)).toBe(false);
  });

  test("a letter is found whatever the layout types with it", () => {
    expect(matches(press("ㅁ", { code: "KeyA" }), "A", pc)).toBe(true);
    expect(matches(press("π", { code: "KeyP", altKey: true }), "Alt+P", mac)).toBe(true);
    expect(matches(press("a", { code: "KeyQ" }), "A", pc)).toBe(true);
    expect(matches(press("a", { code: "KeyQ" }), "Q", pc)).toBe(false);
  });

  test("signs need Shift on some keyboards only", () => {
    expect(matches(press("*", { shiftKey: true }), "*", pc)).toBe(true);
    expect(matches(press("*"), "*", pc)).toBe(true);
    expect(matches(press("/"), "/", pc)).toBe(true);
    expect(matches(press("+", { ctrlKey: true, shiftKey: true }), "Ctrl++", pc)).toBe(true);
  });

  test("nothing matches while a syllable is being composed", () => {
    expect(matches(press("a", { isComposing: true }), "A", pc)).toBe(false);
  });
});

describe("dispatch", () => {
  afterEach(() => document.body.replaceChildren());

  function from(tag: string, event: KeyboardEvent, keys: string, singleLetters = true) {
    const run = vi.fn();
    const target = document.body.appendChild(document.createElement(tag)) as HTMLElement;
    target.addEventListener("keydown", (e) => dispatch(e, [{ keys, run }], { on: pc, singleLetters }));
    target.dispatchEvent(event);
    return { ran: run.mock.calls.length === 1, prevented: event.defaultPrevented };
  }

  test("single letters work outside fields only", () => {
    expect(from("div", press("p"), "P")).toEqual({ ran: true, prevented: true });
    expect(from("input", press("p"), "P")).toEqual({ ran: false, prevented: false });
  });

  test("single letters can be turned off, other keys not", () => {
    expect(from("div", press("p"), "P", false).ran).toBe(false);
    expect(from("div", press("Delete"), "Del", false).ran).toBe(true);
    expect(from("div", press("k", { ctrlKey: true }), "Ctrl+K", false).ran).toBe(true);
  });

  test("a field keeps what edits its text and gives up the rest", () => {
    expect(from("input", press("c", { ctrlKey: true }), "Ctrl+C").ran).toBe(false);
    expect(from("input", press("z", { ctrlKey: true }), "Ctrl+Z").ran).toBe(false);
    expect(from("input", press("Delete"), "Del").ran).toBe(false);
    expect(from("input", press("k", { ctrlKey: true }), "Ctrl+K").ran).toBe(true);
    expect(from("input", press("Enter", { ctrlKey: true }), "Ctrl+Enter").ran).toBe(true);
    expect(from("input", press("Escape"), "Esc").ran).toBe(true);
    expect(from("input", press("F6"), "F6").ran).toBe(true);
  });

  test("a shortcut that is off leaves the key to the next", () => {
    const first = vi.fn();
    const second = vi.fn();
    dispatch(press("d"), [
      { keys: "D", run: first, when: () => false },
      { keys: ["X", "D"], run: second },
    ]);
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledOnce();
  });
});

test("chords are printed as the keyboard names them", () => {
  expect(chordLabel("Ctrl+Shift+C", pc)).toBe("Ctrl Shift C");
  expect(chordLabel("Ctrl+Shift+C", mac)).toBe("⌘⇧C");
  expect(chordLabel("Ctrl+Enter", pc)).toBe("Ctrl ↵");
  expect(chordLabel("Del", pc)).toBe("Del");
  expect(chordLabel("F6", pc)).toBe("F6");
  expect(chordLabel("Ctrl++", pc)).toBe("Ctrl +");
  expect(ariaChord("Ctrl+Enter", pc)).toBe("Control+Enter");
  expect(ariaChord("Ctrl+K", mac)).toBe("Meta+K");
});
