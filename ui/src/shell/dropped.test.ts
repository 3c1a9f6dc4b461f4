import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, it, vi } from "vitest";
import { i18n } from "$lib/i18n";
import { connection } from "$lib/state/connection.svelte";
import { status } from "../../dev/fake";
import StatusBar from "./StatusBar.svelte";

beforeEach(() => {
  i18n.choice = "en";
  connection.id = "plant";
});

it("says why messages were dropped to whoever uses the keyboard", async () => {
  connection.status = { ...status, dropped: [{ cause: "intake", count: 12 }] };
  render(StatusBar, { version: "1" });
  const button = screen.getByRole("button", { name: /^12 dropped\. 12 arrived faster/ });
  vi.spyOn(button, "matches").mockReturnValue(true);
  await fireEvent.focus(button);
  expect(document.querySelector(".tip")?.textContent).toContain("arrived faster");
});
