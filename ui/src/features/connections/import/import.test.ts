import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { i18n } from "$lib/i18n";
import type { Commands, ImportRow } from "$lib/ipc/generated";
import { install } from "../../../../dev/fake";
import ConnectionsScreen from "../ConnectionsScreen.svelte";
import { editing } from "../editing.svelte";
import ExportDialog from "./ExportDialog.svelte";
import { linesOf, partsOf } from "./notes";

Element.prototype.scrollIntoView = () => {};

type Invoke = (command: string, args: Record<string, unknown>) => Promise<unknown>;
const internals = () =>
  (window as unknown as { __TAURI_INTERNALS__: { invoke: Invoke } }).__TAURI_INTERNALS__;

/** Hears every call; some are answered otherwise. */
function hear(answers: { [K in keyof Commands]?: (args: Commands[K]["args"]) => unknown } = {}) {
  install(true);
  const { invoke } = internals();
  const heard = vi.fn((command: string, args: Record<string, unknown>) => {
    const answer = answers[command as keyof Commands] as ((args: unknown) => unknown) | undefined;
    return answer ? Promise.resolve().then(() => answer(args)) : invoke(command, args);
  });
  internals().invoke = heard;
  return heard;
}

const checked = (box: HTMLElement) => box.getAttribute("aria-checked");

beforeEach(() => {
  i18n.choice = "en";
  editing.leaving = null;
  editing.close();
});

async function review() {
  render(ConnectionsScreen, { selected: null, onopen: vi.fn(), onstart: vi.fn() });
  await fireEvent.click(await screen.findByRole("button", { name: "Review 6" }));
  return screen.findByRole("dialog", { name: "Import 6 connections from MQTT Explorer" });
}

describe("an import", () => {
  it("ticks what is new, says what stays behind and takes what is ticked", async () => {
    const heard = hear();
    const dialog = await review();
    const all = within(dialog).getByRole("checkbox", { name: "Choose all" });
    expect(checked(all)).toBe("mixed");
    expect(checked(within(dialog).getByRole("checkbox", { name: "Local test" }))).toBe("false");
    expect(within(dialog).getByText("5 of 6 chosen")).toBeTruthy();
    const notes = within(dialog).getByRole("list", { name: "Notes on Fleet gateway EU" });
    expect(within(notes).getByText(/fleet-ca\.crt is inside the settings/)).toBeTruthy();
    expect(within(notes).getByText("Not taken over: theme")).toBeTruthy();
    expect(within(dialog).getByText(/become MQTT 5/)).toBeTruthy();
    await fireEvent.click(within(dialog).getByRole("checkbox", { name: "Bench broker" }));
    await fireEvent.click(within(dialog).getByRole("button", { name: "Import 4" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(heard).toHaveBeenCalledWith("import_take", { import: 1, chosen: [0, 1, 3, 4] }, undefined);
  });

  it("forgets what was read when it is given up, and takes nothing without a tick", async () => {
    const heard = hear();
    const dialog = await review();
    const all = within(dialog).getByRole("checkbox", { name: "Choose all" });
    await fireEvent.click(all);
    expect(within(dialog).getByRole("button", { name: "Import 6" })).toBeTruthy();
    await fireEvent.click(all);
    const button = within(dialog).getByRole("button", { name: "Import 0" }) as HTMLButtonElement;
    expect(button.disabled).toBe(true);
    await fireEvent.keyDown(dialog, { key: "Escape" });
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(() => expect(heard.mock.calls.map(([command]) => command)).toContain("import_forget"));
  });

  it("asks a sealed file for its passphrase until it opens", async () => {
    const problem = (kind: string) => Promise.reject({ kind: "transfer", problem: { kind } });
    const list = { import: 1, program: "treetop", connections: [], unreadable: ["#1"] };
    hear({
      profile_pick_file: () => "/tmp/sealed.json",
      import_read: ({ passphrase }) =>
        passphrase === null
          ? problem("sealed")
          : passphrase === "right one"
            ? list
            : problem("wrongPassphrase"),
    });
    render(ConnectionsScreen, { selected: null, onopen: vi.fn(), onstart: vi.fn() });
    await fireEvent.click(await screen.findByRole("button", { name: "Choose file… of MQTTX" }));
    const field = await screen.findByLabelText("Passphrase");
    await fireEvent.input(field, { target: { value: "wrong one" } });
    await fireEvent.keyDown(field, { key: "Enter" });
    expect(await screen.findByText(/does not open the file/)).toBeTruthy();
    await fireEvent.input(field, { target: { value: "right one" } });
    await fireEvent.click(screen.getByRole("button", { name: "Open" }));
    expect(await screen.findByRole("dialog", { name: "Import 0 connections from Treetop" })).toBeTruthy();
    expect(screen.getByText("One entry is not a connection Treetop can use: #1")).toBeTruthy();
  });

  it("says why a file is none", async () => {
    hear({
      profile_pick_file: () => "/tmp/a.csv",
      import_read: () =>
        Promise.reject({ kind: "transfer", problem: { kind: "notJson", line: 1, column: 1 } }),
    });
    render(ConnectionsScreen, { selected: null, onopen: vi.fn(), onstart: vi.fn() });
    await fireEvent.click(await screen.findByRole("button", { name: "Choose file… of MQTTX" }));
    expect(await screen.findByText("The file is not valid JSON at line 1, column 1.")).toBeTruthy();
  });
});

describe("an export", () => {
  it("takes passwords along only sealed, with the passphrase typed twice", async () => {
    const heard = hear({ export_write: () => ({ path: "/tmp/out.json" }) });
    const onclose = vi.fn();
    render(ExportDialog, { count: 3, onclose });
    const write = () => screen.getByRole("button", { name: "Export…" }) as HTMLButtonElement;
    expect(write().disabled).toBe(false);
    await fireEvent.click(screen.getByRole("checkbox", { name: /With passwords/ }));
    expect(write().disabled).toBe(true);
    await fireEvent.input(screen.getByLabelText("Passphrase"), { target: { value: "long enough" } });
    await fireEvent.input(screen.getByLabelText("Passphrase again"), { target: { value: "long other" } });
    expect(screen.getByText("Not the same passphrase.")).toBeTruthy();
    expect(write().disabled).toBe(true);
    await fireEvent.input(screen.getByLabelText("Passphrase again"), { target: { value: "long enough" } });
    await fireEvent.click(write());
    await waitFor(() => expect(onclose).toHaveBeenCalled());
    expect(heard).toHaveBeenCalledWith("export_write", { passphrase: "long enough" }, undefined);
  });

  it("leaves them out otherwise", async () => {
    const heard = hear({ export_write: () => ({ path: null }) });
    const onclose = vi.fn();
    render(ExportDialog, { count: 3, onclose });
    await fireEvent.click(screen.getByRole("button", { name: "Export…" }));
    await waitFor(() => expect(heard).toHaveBeenCalledWith("export_write", { passphrase: null }, undefined));
    expect(onclose).not.toHaveBeenCalled();
  });
});

describe("the words of a connection", () => {
  const row: ImportRow = {
    name: "a",
    address: "mqtt://a:1883",
    password: true,
    subscriptions: 1,
    path: false,
    will: true,
    authority: false,
    clientCertificate: false,
    already: false,
    notes: [
      { kind: "notUsable", field: "port" },
      { kind: "olderMqtt", version: "3.1" },
      { kind: "notUsable", field: "port" },
      { kind: "notUsable", field: "path" },
    ],
  };

  it("names what comes along and joins fields of one kind", () => {
    expect(partsOf(row)).toBe("Password, 1 subscription, Last will");
    expect(linesOf(row, false).map((line) => line.text)).toEqual([
      "Made for MQTT 3.1, becomes MQTT 5.",
      "Not usable, the usual value is taken: port, path",
    ]);
    expect(linesOf(row, true)).toHaveLength(1);
  });
});
