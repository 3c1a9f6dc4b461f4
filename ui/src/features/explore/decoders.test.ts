import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { i18n } from "$lib/i18n";
import type { Commands } from "$lib/ipc/generated";
import { DecoderList } from "./decoders.svelte";
import DecodersDialog from "./DecodersDialog.svelte";

let saved: unknown[] = [];

beforeEach(() => {
  i18n.choice = "en";
  saved = [];
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: async (command: keyof Commands, args: { topic: string; rules: unknown }) => {
        if (command === "topic_check")
          return args.topic.includes("#/") ? { kind: "multiLevelNotLast" } : null;
        if (command === "decoders_save") saved.push(args.rules);
        return null;
      },
    },
  });
});

test("the row whose filter is wrong is marked and named, and nothing is saved until it is right", async () => {
  const list = new DecoderList("c");
  list.add("plant/+/state");
  list.add("plant/#/state");
  list.add("");
  const onsaved = vi.fn();
  render(DecodersDialog, { list, open: true, onsaved });
  const field = (at: number) => screen.getByLabelText(`Choice ${at}, topic filter`);
  await fireEvent.click(screen.getByRole("button", { name: /^Save/ }));
  const alert = await screen.findByRole("alert");
  expect(alert.textContent.trim()).toBe("plant/#/state: # must be the last level, by itself.");
  expect([1, 2, 3].map((at) => field(at).getAttribute("aria-invalid"))).toEqual([null, "true", null]);
  expect(field(2).getAttribute("aria-describedby")).toBe(alert.id);
  expect(saved).toEqual([]);
  await fireEvent.input(field(2), { target: { value: "plant/#" } });
  expect(screen.queryByRole("alert")).toBeNull();
  await fireEvent.click(screen.getByRole("button", { name: /^Save/ }));
  await waitFor(() => expect(onsaved).toHaveBeenCalledOnce());
  expect(saved).toEqual([
    [
      { filter: "plant/+/state", format: "json", messageType: null },
      { filter: "plant/#", format: "json", messageType: null },
    ],
  ]);
});
