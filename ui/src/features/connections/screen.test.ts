import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { i18n } from "$lib/i18n";
import { connections } from "$lib/state/connections.svelte";
import { install, rows } from "../../../dev/fake";
import ConnectionsScreen from "./ConnectionsScreen.svelte";
import { editing } from "./editing.svelte";

Element.prototype.scrollIntoView = () => {};

const valueOf = (field: HTMLElement) => (field as HTMLInputElement).value;
/** What the page asks the backend through. */
const internals = () =>
  (window as unknown as { __TAURI_INTERNALS__: { invoke: (command: string) => Promise<unknown> } })
    .__TAURI_INTERNALS__;
const isOff = (control: HTMLElement) => (control as HTMLButtonElement).disabled;

beforeEach(() => {
  i18n.choice = "en";
  editing.leaving = null;
  editing.close();
});

const open = (selected: string | null, empty = false) => {
  install(empty);
  const onopen = vi.fn();
  render(ConnectionsScreen, { selected, onopen, onstart: vi.fn() });
  return onopen;
};

const option = (name: string) => screen.findByRole("option", { name: new RegExp(`^${name}`) });

describe("the connections", () => {
  it("lists each with its address and where it stands", async () => {
    open("plant");
    const list = await screen.findByRole("listbox", { name: "Connections" });
    await waitFor(() => expect(within(list).getAllByRole("option")).toHaveLength(rows.length));
    expect((await option("Fleet gateway EU")).getAttribute("aria-label")).toContain(
      "mqtts://fleet.example:8883, refused 134",
    );
    expect(within(await option("Shared bench")).getByText("ended 142")).toBeTruthy();
  });

  it("shows the refusal with the broker's words and a way to sign in again", async () => {
    open("fleet");
    expect(await screen.findByRole("heading", { name: "Wrong user name or password" })).toBeTruthy();
    expect(screen.getByText('"account expired 2026-03-10"')).toBeTruthy();
    expect(screen.getByText("0x86")).toBeTruthy();
    expect(await screen.findByLabelText("Password")).toBeTruthy();
  });

  it("offers a new client ID where another client took over", async () => {
    open("taken");
    expect(await screen.findByRole("button", { name: "Use a new client ID" })).toBeTruthy();
  });

  it("asks before typed changes are lost, and keeps them on Cancel", async () => {
    open("plant");
    const host = await screen.findByLabelText("Host");
    await fireEvent.input(host, { target: { value: "other.example" } });
    const list = screen.getByRole("listbox");
    await fireEvent.keyDown(list, { key: "End" });
    const dialog = await screen.findByRole("alertdialog", { name: /Discard the changes/ });
    await fireEvent.click(within(dialog).getByRole("button", { name: "Cancel" }));
    expect(valueOf(screen.getByLabelText("Host"))).toBe("other.example");

    await fireEvent.keyDown(list, { key: "End" });
    await fireEvent.click(await screen.findByRole("button", { name: "Discard" }));
    await waitFor(async () => expect((await option("창원")).getAttribute("aria-selected")).toBe("true"));
  });

  it("shows a problem at its field", async () => {
    open("plant");
    const host = await screen.findByLabelText("Host");
    await fireEvent.input(host, { target: { value: "" } });
    expect(await screen.findByText("This can’t be empty.")).toBeTruthy();
    expect(host.getAttribute("aria-invalid")).toBe("true");
  });

  it("stops a test at the step that failed and says why", async () => {
    open("plant");
    await fireEvent.click(await screen.findByRole("button", { name: "Test" }));
    expect(await screen.findByText("The certificate comes from an unknown authority")).toBeTruthy();
    expect(screen.getByText("invalid peer certificate: UnknownIssuer")).toBeTruthy();
  });

  it("marks a connection whose certificate is not checked", async () => {
    open("plant");
    expect((await option("창원")).getAttribute("aria-label")).toContain("Certificate not checked");
    expect((await option("Plant 7 dev")).getAttribute("aria-label")).not.toContain("not checked");
  });

  it("reads how long a token is good for", async () => {
    open("plant");
    await fireEvent.click(await screen.findByRole("radio", { name: "JWT" }));
    await fireEvent.input(screen.getByLabelText("Token"), { target: { value: "a.b.c" } });
    expect(await screen.findByText(/^Valid for 2 h (10|9) m$/)).toBeTruthy();
    await fireEvent.click(screen.getByRole("button", { name: "2 claims" }));
    expect(await screen.findByText("treetop-dev")).toBeTruthy();
  });

  it("opens what is connected with Enter", async () => {
    const onopen = open("plant");
    await option("Plant 7 dev");
    await fireEvent.keyDown(screen.getByRole("listbox"), { key: "Enter" });
    expect(onopen).toHaveBeenCalledWith("plant");
  });

  it("opens a connection that stands before the command to connect is answered", async () => {
    const onopen = open(null);
    const list = await screen.findByRole("listbox");
    await option("Demo broker");
    const calls = vi.spyOn(internals(), "invoke");
    calls.mockImplementation(async (command) => {
      if (command !== "connection_connect") return null;
      const phase = { kind: "connected", since: Date.now(), sessionPresent: false } as const;
      connections.rows = rows.map((row) => (row.id === "demo" ? { ...row, phase } : row));
      await tick();
      return null;
    });
    await fireEvent.dblClick(within(list).getByRole("option", { name: /^Demo broker/ }));
    await waitFor(() => expect(onopen).toHaveBeenCalledWith("demo"));
  });

  it("gives up a new connection after asking", async () => {
    open(null, true);
    await fireEvent.click(
      (await screen.findAllByRole("button", { name: "New connection" }))[0] as HTMLElement,
    );
    await fireEvent.click(await screen.findByRole("button", { name: "Discard" }));
    const dialog = await screen.findByRole("alertdialog");
    await fireEvent.click(within(dialog).getByRole("button", { name: "Discard" }));
    expect(await screen.findByRole("button", { name: "Try the demo broker" })).toBeTruthy();
  });

  it("welcomes who has no connection", async () => {
    open(null, true);
    expect(await screen.findByRole("button", { name: "Try the demo broker" })).toBeTruthy();
    expect(isOff(screen.getByRole("button", { name: "Connect" }))).toBe(true);
  });
});
