import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { CommandError } from "$lib/ipc/call";
import type { Commands, SearchFrame, SearchRow } from "$lib/ipc/generated";
import { forgetSearch, searchOf } from "./search.svelte";
import SearchView from "./SearchView.svelte";

const asked: [keyof Commands, unknown][] = [];
let frame: SearchFrame;
let refusal: CommandError | null;

vi.mock("$lib/ipc/call", async (original) => ({
  ...(await original<typeof import("$lib/ipc/call")>()),
  call: (command: keyof Commands, args: { window?: { revision: number } }) => {
    asked.push([command, args]);
    if (command === "search_start") return refusal ? Promise.reject(refusal) : Promise.resolve(7);
    if (command === "search_frame") {
      return args.window?.revision === frame.revision ? new Promise(() => {}) : Promise.resolve(frame);
    }
    if (command === "message_info" || command === "message_payload") return new Promise(() => {});
    return Promise.resolve(null);
  },
}));

const row: SearchRow = {
  id: 5_000,
  topic: "plant/a",
  received: 5,
  qos: 1,
  retain: true,
  redelivered: false,
  late: false,
  size: 24,
  found: {
    kind: "match",
    snippet: { before: "a <b>", found: "needle", after: "</b>", cutBefore: true, cutAfter: false },
  },
  property: null,
};

const askedFor = (command: keyof Commands) =>
  asked.filter(([name]) => name === command).map(([, args]) => args);
const fieldNamed = (name: string) => screen.getByRole<HTMLInputElement>("textbox", { name });

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  asked.length = 0;
  refusal = null;
  forgetSearch("plant");
  frame = {
    revision: 3,
    standing: { kind: "running" },
    looked: 1_204,
    total: 48_000,
    reached: 5,
    kept: 1,
    canGoOn: false,
    busyMillis: 2_000,
    first: 0,
    rows: [row],
  };
});

test("what is typed is looked for, and a match is shown as the text it is", async () => {
  const revealed = vi.fn();
  const { container } = render(SearchView, { id: "plant", onreveal: revealed });
  expect(screen.getByText("Search everything that was received")).toBeTruthy();
  await fireEvent.input(fieldNamed("Text in payloads"), { target: { value: "needle" } });
  await fireEvent.input(fieldNamed("Topic filter"), { target: { value: "plant/+" } });
  screen.getByRole("button", { name: "QoS 1" }).click();
  screen.getByRole("button", { name: "Match case" }).click();
  screen.getByRole("button", { name: "Search" }).click();
  const line = await screen.findByRole("row", { name: /plant\/a/ });
  expect(askedFor("search_start")[0]).toMatchObject({
    id: "plant",
    query: {
      topic: "plant/+",
      payload: { text: "needle", regex: false, anyCase: false },
      qos: [1],
      from: null,
      property: null,
    },
  });
  expect(line.textContent).toContain("…a <b>needle</b>");
  expect(container.querySelector("mark")?.textContent).toBe("needle");
  expect(screen.getByText("1,204 of 48,000")).toBeTruthy();
  expect(screen.getByText("602 messages/s")).toBeTruthy();
  await fireEvent.dblClick(line);
  expect(revealed).toHaveBeenCalledWith("plant/a", 5_000);
});

test("Escape stops a search, then closes the message; Enter in the list shows it in Explore", async () => {
  const revealed = vi.fn();
  render(SearchView, { id: "plant", onreveal: revealed });
  await searchOf("plant").begin();
  const grid = await screen.findByRole("grid", { name: "Messages found" });
  await fireEvent.keyDown(grid, { key: "ArrowDown" });
  expect(await screen.findByRole("complementary", { name: "Message found" })).toBeTruthy();
  await fireEvent.keyDown(grid, { key: "Enter" });
  expect(revealed).toHaveBeenCalledWith("plant/a", 5_000);
  frame = { ...frame, revision: 4, standing: { kind: "stopped" }, canGoOn: true };
  await fireEvent.keyDown(grid, { key: "Escape" });
  await vi.waitFor(() => expect(askedFor("search_stop")).toEqual([{ id: "plant", search: 7 }]));
  const goOn = await screen.findByRole("button", { name: "Go on" });
  await fireEvent.keyDown(grid, { key: "Escape" });
  await vi.waitFor(() => expect(screen.queryByRole("complementary")).toBeNull());
  goOn.click();
  await vi.waitFor(() => expect(askedFor("search_go_on")).toEqual([{ id: "plant", search: 7 }]));
});

test("Escape in the field stops what runs and leaves the text; then it clears the text", async () => {
  render(SearchView, { id: "plant", onreveal: () => {} });
  const field = fieldNamed("Text in payloads");
  await fireEvent.input(field, { target: { value: "needle" } });
  await searchOf("plant").begin();
  await screen.findByRole("button", { name: /Stop/ });
  frame = { ...frame, revision: 4, standing: { kind: "stopped" }, canGoOn: true };
  await fireEvent.keyDown(field, { key: "Escape" });
  await screen.findByRole("button", { name: "Go on" });
  expect(askedFor("search_stop")).toHaveLength(1);
  expect(field.value).toBe("needle");
  await fireEvent.keyDown(field, { key: "Escape" });
  expect(field.value).toBe("");
});

test("a wrong expression or filter says where and why, and nothing is asked for a filter that is none", async () => {
  const problem = { kind: "regex", fault: "openGroup", at: 4 } as const;
  refusal = new CommandError("search_start", { kind: "search", problem });
  render(SearchView, { id: "plant", onreveal: () => {} });
  screen.getByRole("button", { name: "Regular expression" }).click();
  await fireEvent.input(fieldNamed("Topic filter"), { target: { value: "a/#/b" } });
  expect(screen.getByRole("alert").textContent).toBe("# must be the last level, by itself.");
  await searchOf("plant").begin();
  expect(askedFor("search_start")).toEqual([]);
  await fireEvent.input(fieldNamed("Topic filter"), { target: { value: "a/#" } });
  await fireEvent.input(fieldNamed("Expression in payloads"), { target: { value: "abcd(e" } });
  screen.getByRole("button", { name: "Search" }).click();
  expect(await screen.findByText(/at character 5: “\(” is never closed/)).toBeTruthy();
  const field = fieldNamed("Expression in payloads") as HTMLInputElement;
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(field);
  expect(field.selectionStart).toBe(4);
});

test("a question that is refused does not stand above the answer to the one before", async () => {
  frame = { ...frame, standing: { kind: "done" }, kept: 0, rows: [] };
  render(SearchView, { id: "plant", onreveal: () => {} });
  await searchOf("plant").begin();
  await screen.findByText("No message matches");
  refusal = new CommandError("search_start", {
    kind: "search",
    problem: { kind: "regex", fault: "openGroup", at: 0 },
  });
  await fireEvent.input(fieldNamed("Text in payloads"), { target: { value: "(" } });
  await searchOf("plant").begin();
  expect(await screen.findByText(/“\(” is never closed/)).toBeTruthy();
  expect(screen.queryByText("No message matches")).toBeNull();
  expect(screen.queryByText("Everything was looked at")).toBeNull();
  refusal = null;
  await searchOf("plant").begin();
  expect(await screen.findByText("No message matches")).toBeTruthy();
});

test("each end of a typed time says which one it is", async () => {
  render(SearchView, { id: "plant", onreveal: () => {} });
  await fireEvent.click(screen.getByRole("radio", { name: "From, to" }));
  expect(fieldNamed("From").placeholder).toMatch(/^From /);
  expect(fieldNamed("To").placeholder).toMatch(/^To /);
});

test("a search outlives its screen, and says when its fields have changed", async () => {
  const first = render(SearchView, { id: "plant", onreveal: () => {} });
  await searchOf("plant").begin();
  await screen.findByRole("row", { name: /plant\/a/ });
  first.unmount();
  frame = { ...frame, revision: 9, standing: { kind: "done" }, looked: 48_000 };
  render(SearchView, { id: "plant", onreveal: () => {} });
  expect(await screen.findByText("Everything was looked at")).toBeTruthy();
  expect(askedFor("search_start")).toHaveLength(1);
  await fireEvent.input(fieldNamed("Topic filter"), { target: { value: "b" } });
  expect(await screen.findByText(/fields changed/)).toBeTruthy();
  const again = () => screen.getAllByRole<HTMLButtonElement>("button", { name: "Search" });
  expect(again().map((button) => button.disabled)).toEqual([false, false]);
  // What can't be looked for is not offered, at neither place.
  await fireEvent.input(fieldNamed("Topic filter"), { target: { value: "b/#/c" } });
  expect(again().map((button) => button.disabled)).toEqual([true, true]);
});

test("asked for by its key, the field has the focus", async () => {
  searchOf("plant").asked = true;
  render(SearchView, { id: "plant", onreveal: () => {} });
  await vi.waitFor(() => expect(document.activeElement).toBe(fieldNamed("Text in payloads")));
  expect(searchOf("plant").asked).toBe(false);
});

test("what was found is exported by the number of its search, and it is said whether it is all of it", async () => {
  frame = { ...frame, kept: 12_345 };
  render(SearchView, { id: "plant", onreveal: () => {} });
  await searchOf("plant").begin();
  (await screen.findByRole("button", { name: "Export results…" })).click();
  expect(await screen.findByText(/12,345 messages that the search has found so far/)).toBeTruthy();
  frame = { ...frame, revision: 4, standing: { kind: "done" }, kept: 12_400 };
  searchOf("plant").look({ first: 0, count: 60 });
  await screen.findByText("12,400 messages that the search found.");
  (await screen.findByRole("button", { name: "Choose file…" })).click();
  await vi.waitFor(() =>
    expect(askedFor("recording_export")).toEqual([
      {
        id: "plant",
        selection: { filter: "", from: null, to: null, search: 7 },
        format: "jsonLines",
      },
    ]),
  );
});

test("where nothing was found there is nothing to export", async () => {
  frame = { ...frame, standing: { kind: "done" }, kept: 0, rows: [] };
  render(SearchView, { id: "plant", onreveal: () => {} });
  await searchOf("plant").begin();
  await screen.findByText("No message matches");
  expect(screen.queryByRole("button", { name: "Export results…" })).toBeNull();
});
