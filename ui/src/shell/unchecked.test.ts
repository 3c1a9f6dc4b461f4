import { render, screen, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { i18n } from "$lib/i18n";
import { connection } from "$lib/state/connection.svelte";
import { connections } from "$lib/state/connections.svelte";
import { rows, status } from "../../dev/fake";
import StatusBar from "./StatusBar.svelte";
import TitleBar from "./TitleBar.svelte";

const show = (unverified: boolean) => {
  connections.rows = rows;
  connection.id = "plant";
  connection.status = { ...status, unverified };
};

beforeEach(() => {
  i18n.choice = "en";
});

describe("a connection whose certificate is not checked", () => {
  it("is red in the title and in the status bar", () => {
    show(true);
    render(StatusBar, { version: "1" });
    expect(screen.getByText("Certificate not checked").className).toContain("danger");
    render(TitleBar, {});
    const title = screen.getByRole("button", { name: /^.*: Plant 7 dev, Certificate not checked$/ });
    expect(within(title).getByText("Plant 7 dev").className).toContain("danger");
  });

  it("leaves no mark where it is checked", () => {
    show(false);
    render(StatusBar, { version: "1" });
    render(TitleBar, {});
    expect(screen.queryByText("Certificate not checked")).toBeNull();
    expect(screen.getByText("Plant 7 dev").className).not.toContain("danger");
  });
});
