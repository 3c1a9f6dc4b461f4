import { render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import type { Commands, PacketDetail, PacketFrame, PacketRow, PacketWindow } from "$lib/ipc/generated";
import PacketsSection from "./PacketsSection.svelte";

const asked: [string, unknown][] = [];
let frame: PacketFrame;
let detail: PacketDetail | null;

vi.mock("$lib/ipc/call", () => ({
  call: (command: keyof Commands, args: { window?: PacketWindow }) => {
    asked.push([command, args]);
    if (command === "packets_frame") {
      // A frame that is known is not sent again.
      return args.window?.revision === frame.revision ? new Promise(() => {}) : Promise.resolve(frame);
    }
    if (command === "packet_detail") return Promise.resolve(detail);
    if (command === "packets_export") return Promise.resolve({ path: "/tmp/packets.jsonl" });
    return Promise.resolve(null);
  },
}));

const row: PacketRow = {
  id: 4,
  at: 0,
  direction: "in",
  kind: "connack",
  size: 11,
  summary: "135 Not authorized",
  broken: true,
};

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  asked.length = 0;
  detail = {
    row,
    fields: [{ name: "Authentication Data", depth: 1, at: 5, value: { kind: "secret" } }],
    moreFields: 0,
    problems: [{ at: 5, wrong: { kind: "trailing" } }],
    hex: "200900",
    kept: 3,
  };
  frame = {
    revision: 7,
    total: 1,
    matched: 1,
    kept: 1,
    left: 1204,
    messages: false,
    counts: [
      { kind: "connack", incoming: 1, outgoing: 0 },
      { kind: "publish", incoming: 48_000, outgoing: 3 },
    ],
    first: 0,
    rows: [row],
  };
});

const askedFor = (command: keyof Commands) =>
  asked.filter(([name]) => name === command).map(([, args]) => args);

test("rows, what left and what is only counted are shown, and the filter is asked for", async () => {
  render(PacketsSection, { id: "plant" });
  const line = await screen.findByRole("row", { name: /CONNACK/ });
  expect(line.textContent).toContain("135 Not authorized");
  expect(screen.getByText(/1,204 older packets/)).toBeTruthy();
  expect(screen.getByText(/48,003 message packets/)).toBeTruthy();
  screen.getByRole("radio", { name: "In" }).click();
  await vi.waitFor(() =>
    expect(askedFor("packets_frame").at(-1)).toMatchObject({ window: { query: { direction: "in" } } }),
  );
  screen.getByRole("switch", { name: "Keep messages" }).click();
  await vi.waitFor(() => expect(askedFor("packets_keep_messages")).toEqual([{ id: "plant", keep: true }]));
});

test("a packet is shown with what is wrong with it, and without its secrets", async () => {
  render(PacketsSection, { id: "plant" });
  (await screen.findByRole("row", { name: /CONNACK/ })).click();
  const pane = await screen.findByRole("complementary", { name: "Packet" });
  await vi.waitFor(() => expect(pane.textContent).toContain("Byte 5: Bytes after the end"));
  expect(pane.textContent).toContain("present, not kept");
  expect(pane.textContent).toContain("The first 3 B of 11 B were kept");
  expect(askedFor("packet_detail")).toEqual([{ id: "plant", packet: 4 }]);
});

test("an export says where it went", async () => {
  render(PacketsSection, { id: "plant" });
  await screen.findByRole("row", { name: /CONNACK/ });
  screen.getByRole("button", { name: "Export…" }).click();
  expect(await screen.findByText("Saved as /tmp/packets.jsonl")).toBeTruthy();
});
