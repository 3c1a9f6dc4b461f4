import { fireEvent, render, screen } from "@testing-library/svelte";
import { createRawSnippet, tick } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import Dialog from "./Dialog.svelte";
import Menu from "./Menu.svelte";
import { placeMenu, type MenuEntry } from "./menu";
import { tooltip } from "./tooltip";

const text = (words: string) => createRawSnippet(() => ({ render: () => `<p>${words}</p>` }));

let opener: HTMLButtonElement;
beforeEach(() => {
  opener = document.body.appendChild(document.createElement("button"));
  opener.focus();
});
afterEach(() => opener.remove());

describe("Menu", () => {
  async function open() {
    const ran = vi.fn();
    const item = (label: string, more: object = {}): MenuEntry => ({
      kind: "item",
      label,
      run: () => ran(label),
      ...more,
    });
    const entries: MenuEntry[] = [
      { kind: "head", text: "oil_temp" },
      item("Copy topic", { keys: "Ctrl+C" }),
      item("Copy payload", { disabled: true }),
      { kind: "line" },
      item("Clear retained…", { danger: true }),
      item("Add alert…"),
    ];
    const onclose = vi.fn();
    render(Menu, { props: { anchor: { x: 10, y: 10 }, entries, label: "Topic", onclose } });
    await tick();
    await tick();
    const menu = screen.getByRole("menu");
    const active = () =>
      document.getElementById(menu.getAttribute("aria-activedescendant") ?? "")?.textContent?.trim();
    return { menu, active, ran, onclose, press: (key: string) => fireEvent.keyDown(menu, { key }) };
  }

  test("takes the focus and walks over items that can be used", async () => {
    const { menu, active, press } = await open();
    expect(document.activeElement).toBe(menu);
    await press("ArrowDown");
    expect(active()).toMatch(/^Copy topic/);
    await press("ArrowDown");
    expect(active()).toBe("Clear retained…");
    await press("End");
    expect(active()).toBe("Add alert…");
    await press("ArrowDown");
    expect(active()).toMatch(/^Copy topic/);
    await press("ArrowUp");
    expect(active()).toBe("Add alert…");
  });

  test("Enter runs the item, closes and gives the focus back", async () => {
    const { ran, onclose, press } = await open();
    await press("c");
    await press("l");
    await press("Enter");
    expect(ran.mock.calls).toEqual([["Clear retained…"]]);
    expect(onclose).toHaveBeenCalledOnce();
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(opener);
  });

  test("a disabled item does nothing", async () => {
    const { ran } = await open();
    await fireEvent.click(screen.getByRole("menuitem", { name: "Copy payload" }));
    expect(ran).not.toHaveBeenCalled();
    expect(screen.queryByRole("menu")).not.toBeNull();
  });

  test.each(["Escape", "Tab"])("%s closes without running", async (key) => {
    const { ran, press } = await open();
    await press("ArrowDown");
    await press(key);
    expect(screen.queryByRole("menu")).toBeNull();
    expect(ran).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(opener);
  });

  test("a press outside closes", async () => {
    await open();
    await fireEvent.pointerDown(document.body);
    expect(screen.queryByRole("menu")).toBeNull();
  });

  test("keys do not reach shortcuts behind it", async () => {
    const behind = vi.fn();
    window.addEventListener("keydown", behind);
    const { press } = await open();
    await press("p");
    window.removeEventListener("keydown", behind);
    expect(behind).not.toHaveBeenCalled();
  });

  test("is placed inside the window, above its point when there is no room below", () => {
    const view = { width: 1280, height: 800 };
    expect(placeMenu({ x: 100, y: 100 }, { width: 200, height: 300 }, view)).toEqual({ left: 100, top: 100 });
    expect(placeMenu({ x: 1270, y: 790 }, { width: 200, height: 300 }, view)).toEqual({
      left: 1076,
      top: 490,
    });
    expect(placeMenu({ x: 0, y: 0 }, { width: 200, height: 2_000 }, view)).toEqual({ left: 4, top: 4 });
  });
});

describe("Dialog", () => {
  async function open(props: object = {}) {
    const onconfirm = vi.fn();
    const oncancel = vi.fn();
    const view = render(Dialog, {
      open: true,
      title: "Delete 3 retained messages?",
      confirm: "Delete 3",
      onconfirm,
      oncancel,
      children: text("No longer there for new subscribers."),
      ...props,
    });
    await tick();
    await tick();
    return { onconfirm, oncancel, view };
  }
  const button = (name: string) => screen.getByRole("button", { name });

  test("an alert starts on Cancel and is named by its question", async () => {
    await open({ alert: true });
    expect(screen.getByRole("alertdialog", { name: "Delete 3 retained messages?" })).toBeTruthy();
    expect(document.activeElement).toBe(button("Cancel"));
  });

  test("a form starts on its first field", async () => {
    const field = createRawSnippet(() => ({ render: () => `<input aria-label="Name" />` }));
    await open({ children: field });
    expect(document.activeElement).toBe(screen.getByRole("textbox"));
  });

  test("Tab goes round inside", async () => {
    await open({ alert: true });
    button("Delete 3").focus();
    await fireEvent.keyDown(button("Delete 3"), { key: "Tab" });
    expect(document.activeElement).toBe(button("Cancel"));
    await fireEvent.keyDown(button("Cancel"), { key: "Tab", shiftKey: true });
    expect(document.activeElement).toBe(button("Delete 3"));
  });

  test("Escape cancels and gives the focus back", async () => {
    const { oncancel, onconfirm } = await open({ alert: true });
    await fireEvent.keyDown(button("Cancel"), { key: "Escape" });
    expect(oncancel).toHaveBeenCalledOnce();
    expect(onconfirm).not.toHaveBeenCalled();
    expect(screen.queryByRole("alertdialog")).toBeNull();
    expect(document.activeElement).toBe(opener);
  });

  test("while it works it can be neither cancelled nor confirmed again", async () => {
    const { oncancel, onconfirm } = await open({ busy: true });
    await fireEvent.keyDown(button("Delete 3"), { key: "Escape" });
    await fireEvent.click(button("Delete 3"));
    expect(oncancel).not.toHaveBeenCalled();
    expect(onconfirm).not.toHaveBeenCalled();
  });

  test("keys do not reach shortcuts behind it", async () => {
    const behind = vi.fn();
    window.addEventListener("keydown", behind);
    await open();
    await fireEvent.keyDown(button("Cancel"), { key: "1", ctrlKey: true });
    window.removeEventListener("keydown", behind);
    expect(behind).not.toHaveBeenCalled();
  });
});

describe("tooltip", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const shown = () => document.querySelector(".tip")?.textContent;

  test("comes after half a second with its shortcut, and goes", () => {
    const detach = tooltip("Copy <b>topic</b>", "Ctrl+C")(opener);
    opener.dispatchEvent(new Event("pointerenter"));
    vi.advanceTimersByTime(499);
    expect(shown()).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(shown()).toBe("Copy <b>topic</b>Ctrl C");
    opener.dispatchEvent(new Event("pointerleave"));
    expect(shown()).toBeUndefined();
    opener.dispatchEvent(new Event("pointerenter"));
    vi.advanceTimersByTime(500);
    detach?.();
    expect(shown()).toBeUndefined();
  });
});
