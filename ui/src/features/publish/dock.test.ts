import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { i18n } from "$lib/i18n";
import { install, status } from "../../../dev/fake";
import { composer } from "./draft.svelte";
import PublishDock from "./PublishDock.svelte";

const valueOf = (field: HTMLElement) => (field as HTMLInputElement).value;
const isOff = (control: HTMLElement) => (control as HTMLButtonElement).disabled;

beforeEach(() => {
  i18n.choice = "en";
  install(false);
});

let last = 0;
/** Each test has a connection of its own, because what is typed outlives the dock. */
const open = (more = {}) =>
  render(PublishDock, {
    id: `c${++last}`,
    topic: "factory/line-2/state",
    status,
    onclose: vi.fn(),
    onopen: vi.fn(),
    ...more,
  });

describe("the publish dock", () => {
  it("fills in the chosen topic, publishes with Ctrl Enter and says that nobody subscribes", async () => {
    open();
    expect(valueOf(screen.getByLabelText("Topic"))).toBe("factory/line-2/state");
    await fireEvent.input(screen.getByLabelText("Payload"), { target: { value: "{}" } });
    await fireEvent.keyDown(window, { key: "Enter", ctrlKey: true });
    expect(await screen.findByText("No matching subscribers")).toBeTruthy();
    expect(screen.getByText("0x10")).toBeTruthy();
  });

  it("does not offer a QoS the broker does not take, and says so", () => {
    open();
    expect(isOff(screen.getByRole("radio", { name: "2" }))).toBe(true);
    expect(screen.getByText("This broker takes QoS 1 at most.")).toBeTruthy();
  });

  it("says what is wrong with the topic and does not publish", async () => {
    open();
    await fireEvent.input(screen.getByLabelText("Topic"), { target: { value: "a/#" } });
    expect(await screen.findByText(/^# is allowed in filters only/)).toBeTruthy();
    expect(isOff(screen.getByRole("button", { name: /^Publish/ }))).toBe(true);
  });

  it("says which property can't be sent, at its field, and does not fold it away", async () => {
    open();
    const draft = composer(`c${last}`);
    draft.user = [
      { name: "site", value: "Changwon" },
      { name: "line", value: "2\0" },
    ];
    expect(await screen.findByText("Value of property 2: U+0000 is not allowed here.")).toBeTruthy();
    const [name, value] = ["Name", "Value"].map((half) => screen.getByLabelText(`${half} of property 2`));
    expect(name?.getAttribute("aria-invalid")).toBeNull();
    expect(value?.getAttribute("aria-invalid")).toBe("true");
    expect(isOff(screen.getByRole("button", { name: /^Publish/ }))).toBe(true);
    const fold = screen.getByRole("button", { name: /^Properties/ });
    await fireEvent.click(fold);
    expect(fold.getAttribute("aria-expanded")).toBe("true");
    draft.user = [];
    draft.contentType = "x".repeat(65_536);
    expect(await screen.findByText("65,536 bytes are too many.")).toBeTruthy();
    expect(screen.getByLabelText(/^Content type/).getAttribute("aria-invalid")).toBe("true");
  });

  it("names line and column of what is not JSON", async () => {
    open();
    await fireEvent.input(screen.getByLabelText("Payload"), { target: { value: "{" } });
    expect(await screen.findByText("Not valid JSON at line 3, column 7")).toBeTruthy();
  });

  it("says why nothing can be published as JSON, and what to choose", async () => {
    open();
    const said = /An empty payload is not JSON.*choose Text/;
    expect(await screen.findByText(said)).toBeTruthy();
    // It is part of what the field is described by, and nothing is marked as wrong.
    const area = screen.getByLabelText("Payload");
    const description = document.getElementById(area.getAttribute("aria-describedby") ?? "");
    expect(description?.textContent).toMatch(said);
    expect(area.getAttribute("aria-invalid")).toBeNull();
    await fireEvent.click(screen.getByRole("radio", { name: "Text" }));
    await waitFor(() => expect(screen.queryByText(said)).toBeNull());
    await waitFor(() => expect(isOff(screen.getByRole("button", { name: /^Publish/ }))).toBe(false));
  });

  it("takes a large text that is pasted as a whole and shows its beginning", async () => {
    open();
    const text = "x".repeat(300_000);
    const area = screen.getByLabelText<HTMLTextAreaElement>("Payload");
    await fireEvent.paste(area, { clipboardData: { getData: () => text } });
    await waitFor(() => expect(area.readOnly).toBe(true));
    expect(area.value).toHaveLength(20_000);
    expect(composer(`c${last}`).payload).toBe(text);
    await fireEvent.click(screen.getByRole("button", { name: "Clear" }));
    await waitFor(() => expect(area.readOnly).toBe(false));
  });

  it("fills the form with a message sent before", async () => {
    open();
    const sent = await screen.findByRole("button", { name: /press-01\/cmd.*No subscriber/ });
    await fireEvent.click(sent);
    await waitFor(() => expect(valueOf(screen.getByLabelText("Topic"))).toBe("factory/line-2/press-01/cmd"));
    expect(valueOf(screen.getByLabelText("Payload"))).toBe(
      '{\n  "cmd": "set_force",\n  "target_kn": 615.0\n}',
    );
  });

  it("without a connection publishes later, unless it is QoS 0 or not to be kept", async () => {
    open({ status: { ...status, phase: { kind: "offline" } } });
    expect(isOff(screen.getByRole("button", { name: /^Publish/ }))).toBe(true);
    expect(screen.getByText(/QoS 0 does not wait/)).toBeTruthy();
    await fireEvent.click(screen.getByRole("radio", { name: "1" }));
    expect(screen.getByText(/kept and sent after the next connect/)).toBeTruthy();
    await waitFor(() => expect(isOff(screen.getByRole("button", { name: /^Publish later/ }))).toBe(false));
    await fireEvent.click(screen.getByRole("switch", { name: "Keep if offline" }));
    expect(isOff(screen.getByRole("button", { name: /^Publish/ }))).toBe(true);
  });

  it("lists where each message stands, with what can be done about it", async () => {
    open();
    const standing = (name: RegExp) => screen.findByRole("button", { name });
    expect(await standing(/press-04\/cmd.*waiting/)).toBeTruthy();
    expect(await standing(/press-05\/cmd.*not confirmed/)).toBeTruthy();
    expect(await standing(/press-06\/cmd.*expired/)).toBeTruthy();
    expect(await standing(/press-02\/cmd.*refused 135/)).toBeTruthy();
    expect(screen.getByText("1 waiting")).toBeTruthy();
    expect(screen.getByText("1 expired")).toBeTruthy();
    expect(screen.getAllByRole("button", { name: /^Take back/ })).toHaveLength(1);
    expect(screen.getAllByRole("button", { name: /^Send again/ })).toHaveLength(2);
  });
});
