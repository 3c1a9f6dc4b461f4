import { expect, test } from "vitest";
import { call } from "./call";

test("half of a character pair that was typed does not break a command", async () => {
  const sent: unknown[] = [];
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: (_: string, args: unknown) => {
        sent.push(args);
        return Promise.resolve(null);
      },
    },
  });
  await call("topic_check", { topic: "a/\ud83d", filter: false });
  await call("decoders_save", {
    id: "c",
    rules: [{ filter: "\ude00/#", format: "json", messageType: null }],
  });
  await call("topic_check", { topic: "온도/😀", filter: true });
  expect(sent).toEqual([
    { topic: "a/\ufffd", filter: false },
    { id: "c", rules: [{ filter: "\ufffd/#", format: "json", messageType: null }] },
    { topic: "온도/😀", filter: true },
  ]);
});
