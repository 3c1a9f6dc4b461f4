import { expect, it, vi } from "vitest";
import type { HistoryRow } from "$lib/ipc/generated";

const row = (id: number) => ({ id }) as HistoryRow;
vi.mock("$lib/ipc/call", async (original) => ({
  ...(await original<object>()),
  call: () => Promise.resolve({ rows: [3, 2, 1].map(row), more: true }),
}));
const { TopicHistory } = await import("./history.svelte");

it("shows no message that was forgotten", async () => {
  const history = new TopicHistory("c", "plant/state");
  await history.grew(3);
  history.has(9);
  expect([history.rows.length, history.more]).toEqual([3, true]);
  history.has(2);
  expect([history.rows.map((one) => one.id), history.more]).toEqual([[3, 2], false]);
  history.has(0);
  expect(history.rows).toEqual([]);
});
