import { fireEvent, render, screen } from "@testing-library/svelte";
import { flushSync } from "svelte";
import { createRawSnippet, tick } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import Button from "./Button.svelte";
import Check from "./Check.svelte";
import NumberInput from "./NumberInput.svelte";
import Segments from "./Segments.svelte";
import Splitter from "./Splitter.svelte";
import Switch from "./Switch.svelte";
import TextInput from "./TextInput.svelte";
import UndoBar from "./UndoBar.svelte";

const text = (words: string) => createRawSnippet(() => ({ render: () => `<span>${words}</span>` }));

describe("Segments", () => {
  function open(value = "json") {
    const onchange = vi.fn();
    const options = [
      { value: "json", label: "JSON" },
      { value: "text", label: "Text", disabled: true },
      { value: "hex", label: "Hex" },
    ];
    render(Segments<string>, { options, value, label: "Format", onchange });
    return { onchange, radio: (name: string) => screen.getByRole("radio", { name }) };
  }

  test("arrows choose, pass over what is disabled and go round", async () => {
    const { onchange, radio } = open();
    await fireEvent.keyDown(radio("JSON"), { key: "ArrowRight" });
    expect(onchange).toHaveBeenLastCalledWith("hex");
    expect(radio("Hex").getAttribute("aria-checked")).toBe("true");
    expect(document.activeElement).toBe(radio("Hex"));
    await fireEvent.keyDown(radio("Hex"), { key: "ArrowRight" });
    expect(onchange).toHaveBeenLastCalledWith("json");
    await fireEvent.keyDown(radio("JSON"), { key: "ArrowLeft" });
    expect(onchange).toHaveBeenLastCalledWith("hex");
    await fireEvent.keyDown(radio("Hex"), { key: "Home" });
    expect(onchange).toHaveBeenLastCalledWith("json");
  });

  test("is one tab stop, and can be reached when nothing is chosen", () => {
    const { radio } = open("none of these");
    expect(["JSON", "Text", "Hex"].map((name) => radio(name).tabIndex)).toEqual([0, -1, -1]);
  });

  test("pressing what is chosen changes nothing", async () => {
    const { onchange, radio } = open();
    await fireEvent.click(radio("JSON"));
    expect(onchange).not.toHaveBeenCalled();
  });
});

describe("Splitter", () => {
  function open(props: { end?: boolean } = {}) {
    const oncommit = vi.fn();
    render(Splitter, { size: 372, min: 260, max: 500, initial: 372, oncommit, ...props });
    return { oncommit, line: screen.getByRole("separator") };
  }

  test("arrows move 16 px, within the limits", async () => {
    const { oncommit, line } = open();
    await fireEvent.keyDown(line, { key: "ArrowRight" });
    expect(oncommit).toHaveBeenLastCalledWith(388);
    expect(line.getAttribute("aria-valuenow")).toBe("388");
    await fireEvent.keyDown(line, { key: "Home" });
    expect(oncommit).toHaveBeenLastCalledWith(260);
    await fireEvent.keyDown(line, { key: "ArrowLeft" });
    expect(oncommit).toHaveBeenCalledTimes(2);
  });

  test("the size of a pane behind the line goes the other way", async () => {
    const { oncommit, line } = open({ end: true });
    await fireEvent.keyDown(line, { key: "ArrowRight" });
    expect(oncommit).toHaveBeenLastCalledWith(356);
  });

  test("a drag follows the pointer and commits once, at its end", async () => {
    const { oncommit, line } = open();
    await fireEvent.pointerDown(line, { button: 0, clientX: 372 });
    await fireEvent.pointerMove(line, { clientX: 400 });
    await fireEvent.pointerMove(line, { clientX: 9_000 });
    expect(oncommit).not.toHaveBeenCalled();
    await fireEvent.pointerUp(line);
    expect(oncommit.mock.calls).toEqual([[500]]);
    await fireEvent.pointerMove(line, { clientX: 300 });
    expect(line.getAttribute("aria-valuenow")).toBe("500");
  });

  test("a double click goes back to the first size", async () => {
    const { oncommit, line } = open();
    await fireEvent.keyDown(line, { key: "End" });
    await fireEvent.dblClick(line);
    expect(oncommit).toHaveBeenLastCalledWith(372);
  });
});

describe("NumberInput", () => {
  function open(value: number | null = 8883) {
    const onchange = vi.fn();
    const { rerender } = render(NumberInput, { value, label: "Port", min: 1, max: 65535, onchange });
    return { onchange, rerender, input: screen.getByRole<HTMLInputElement>("textbox") };
  }

  test("tells nothing, a number and what is none apart", async () => {
    const { onchange, input } = open();
    expect(input.value).toBe("8883");
    await fireEvent.input(input, { target: { value: "" } });
    expect(onchange).toHaveBeenLastCalledWith(null);
    await fireEvent.input(input, { target: { value: "12x" } });
    expect(onchange).toHaveBeenLastCalledWith(NaN);
    expect(input.value).toBe("12x");
    expect(input.getAttribute("aria-invalid")).toBe("true");
    await fireEvent.input(input, { target: { value: "1883" } });
    expect(onchange).toHaveBeenLastCalledWith(1883);
    expect(input.getAttribute("aria-invalid")).toBeNull();
  });

  test("what is typed stays, though a browser runs effects between the listeners of one event", async () => {
    const { onchange, input } = open();
    input.addEventListener("input", () => flushSync());
    await fireEvent.input(input, { target: { value: "188" } });
    expect(onchange).toHaveBeenLastCalledWith(188);
    expect(input.value).toBe("188");
  });

  test("a number out of range is passed on and marked", async () => {
    const { onchange, input } = open();
    await fireEvent.input(input, { target: { value: "88833" } });
    expect(onchange).toHaveBeenLastCalledWith(88833);
    expect(input.getAttribute("aria-invalid")).toBe("true");
  });

  test("arrows step within the range, and a new value from outside is shown", async () => {
    const { onchange, input, rerender } = open(65534);
    await fireEvent.keyDown(input, { key: "ArrowUp" });
    await fireEvent.keyDown(input, { key: "ArrowUp" });
    expect(onchange).toHaveBeenLastCalledWith(65535);
    expect(input.value).toBe("65535");
    await rerender({ value: 1883 });
    expect(input.value).toBe("1883");
  });
});

describe("TextInput", () => {
  test("a password is shown only when asked", async () => {
    render(TextInput, { value: "secret", type: "password", label: "Password" });
    const input = screen.getByLabelText<HTMLInputElement>("Password");
    expect(input.type).toBe("password");
    await fireEvent.click(screen.getByRole("button", { name: "Show password" }));
    expect(input.type).toBe("text");
    expect(input.value).toBe("secret");
  });

  test("Escape clears a search and only then goes on", async () => {
    const onkeydown = vi.fn();
    render(TextInput, { value: "oil", find: true, label: "Filter topics", onkeydown });
    const input = screen.getByRole<HTMLInputElement>("textbox");
    await fireEvent.keyDown(input, { key: "Escape" });
    expect(input.value).toBe("");
    expect(onkeydown).not.toHaveBeenCalled();
    await fireEvent.keyDown(input, { key: "Escape" });
    expect(onkeydown).toHaveBeenCalledOnce();
  });
});

test("a busy button keeps its words and ignores presses", async () => {
  const onclick = vi.fn();
  render(Button, { busy: true, onclick, children: text("Test") });
  const button = screen.getByRole("button", { name: "Test" });
  await fireEvent.click(button);
  expect(onclick).not.toHaveBeenCalled();
  expect(button.getAttribute("aria-busy")).toBe("true");
});

test("a mixed check becomes checked, a switch turns, both by their words", async () => {
  const ticked = vi.fn();
  const turned = vi.fn();
  render(Check, { checked: "mixed", label: "All", onchange: (checked: boolean) => ticked(checked) });
  render(Switch, { checked: true, label: "Changes", onchange: turned });
  expect(screen.getByRole("checkbox").getAttribute("aria-checked")).toBe("mixed");
  await fireEvent.click(screen.getByText("All"));
  expect(ticked.mock.calls).toEqual([[true]]);
  await fireEvent.click(screen.getByText("Changes"));
  expect(turned.mock.calls).toEqual([[false]]);
});

describe("UndoBar", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("goes after its time, which stands still under the pointer", async () => {
    const onexpire = vi.fn();
    render(UndoBar, { lasts: 30_000, onexpire, onundo: vi.fn(), children: text("Deleted 3") });
    const bar = screen.getByRole("status");
    await vi.advanceTimersByTimeAsync(20_000);
    await fireEvent.pointerEnter(bar);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onexpire).not.toHaveBeenCalled();
    expect(bar.textContent).toContain("10 s");
    await fireEvent.pointerLeave(bar);
    await tick();
    await vi.advanceTimersByTimeAsync(9_750);
    expect(onexpire).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(250);
    expect(onexpire).toHaveBeenCalledOnce();
  });
});
