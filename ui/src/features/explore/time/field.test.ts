import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { parsed } from "./clock";
import TimeField from "./TimeField.svelte";

test("what is no time says why it is not taken, once it was to be", async () => {
  const taken = vi.fn();
  render(TimeField, { at: null, label: "Go to time", ontake: taken });
  const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Go to time" });
  await fireEvent.input(field, { target: { value: "99:99" } });
  // Half a time is no mistake while it is typed.
  expect(screen.queryByRole("alert")).toBeNull();
  await fireEvent.keyDown(field, { key: "Enter" });
  const why = screen.getByRole("alert");
  expect(why.textContent).toBe("Not a time. For example 14:03:22 or 2026-03-12 14:03");
  expect(field.getAttribute("aria-describedby")).toBe(why.id);
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(taken).not.toHaveBeenCalled();
  await fireEvent.input(field, { target: { value: "2026-03-12 09:09" } });
  expect(screen.queryByRole("alert")).toBeNull();
  await fireEvent.keyDown(field, { key: "Enter" });
  expect(taken).toHaveBeenCalledExactlyOnceWith(parsed("2026-03-12 09:09", 0));
});
