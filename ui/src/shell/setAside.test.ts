import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { connection } from "$lib/state/connection.svelte";
import { status } from "../../dev/fake";
import SetAsideNotice, { isDismissed } from "./SetAsideNotice.svelte";
import StatusBar from "./StatusBar.svelte";

const keptAs = "/home/me/.local/share/treetop/plant.damaged-1.sqlite";

test("a damaged history that was set aside is told with its path, until it is dismissed", async () => {
  render(SetAsideNotice, { id: "plant", keptAs });
  const told = screen.getByRole("alert");
  expect(told.textContent).toContain("A damaged history was set aside");
  expect(told.textContent).toContain(keptAs);
  expect(isDismissed("plant", keptAs)).toBe(false);
  await fireEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(isDismissed("plant", keptAs)).toBe(true);
  // Another one that is damaged later is told again.
  expect(isDismissed("plant", `${keptAs}-2`)).toBe(false);
});

test("the status bar has the short words, which fit", () => {
  connection.id = "plant";
  connection.status = { ...status, history: { kind: "setAside", keptAs } };
  render(StatusBar, { version: "1" });
  expect(screen.getByText("A damaged history was set aside")).toBeTruthy();
  expect(screen.queryByText(/plant\.damaged/)).toBeNull();
});
