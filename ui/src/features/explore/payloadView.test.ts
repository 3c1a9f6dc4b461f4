import { render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "$lib/i18n";
import type { Commands, RenderedPayload } from "$lib/ipc/generated";
import { answers } from "../../../dev/messages";
import { Explore } from "./explore.svelte";
import PayloadView from "./PayloadView.svelte";
import { TopicView } from "./view.svelte";

// jsdom lays nothing out: every element is as high as a pane.
beforeEach(() => {
  i18n.choice = "en";
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(400);
  const messages = answers("plain") as Record<string, (args: unknown) => unknown>;
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: async (command: keyof Commands, args: unknown) => messages[command]?.(args),
    },
  });
});

const payload = (more: Partial<RenderedPayload> = {}): RenderedPayload => ({
  message: 1,
  format: "json",
  layers: [],
  detected: "json",
  detectedLayers: [],
  rule: null,
  lines: [],
  shownBytes: 3,
  totalBytes: 3,
  complete: true,
  problem: null,
  image: null,
  ...more,
});

function open(shown: RenderedPayload) {
  const explore = new Explore("c", { publish: vi.fn(), openCharts: vi.fn(), isShortcut: () => false });
  const view = new TopicView("c", "plant/press", true);
  view.payload = shown;
  render(PayloadView, { explore, view, leaf: true });
  return { explore, view };
}

test("what does not unpack is shown as bytes, with what is wrong and where", () => {
  open(payload({ format: "hex", problem: { offset: 10, unpacked: false, kind: "badCompression" } }));
  expect(screen.getByRole("alert").textContent).toMatch(/from byte 10 on: does not unpack/);
  // They are the raw bytes already.
  expect(screen.queryByRole("button", { name: "Show raw bytes" })).toBeNull();
});

test("bytes that were unpacked in part lead to the raw ones", () => {
  open(
    payload({
      format: "hex",
      layers: ["gzip"],
      problem: { offset: 99, unpacked: true, kind: "badCompression" },
    }),
  );
  expect(screen.getByRole("button", { name: "Show raw bytes" })).toBeTruthy();
});
