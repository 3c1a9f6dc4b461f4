import { beforeEach, describe, expect, it } from "vitest";
import { i18n } from "$lib/i18n";
import type { Failure, Reason, TimelineEntry, TimelineEvent } from "$lib/ipc/generated";
import { rowsOf } from "./log";

const began = new Date(2026, 2, 12, 10, 0, 0).getTime();

/** Events a second apart, as the backend tells them: newest first. */
const log = (...events: TimelineEvent[]): TimelineEntry[] =>
  events.map((event, second) => ({ at: began + second * 1000, event })).reverse();

const reason = (code: number, more: Partial<Reason> = {}): Reason => ({
  code,
  name: "",
  reasonString: null,
  serverReference: null,
  userProperties: [],
  ...more,
});
const lost: Failure = { kind: "lost", detail: "connection lost: EOF" };
const closed = (code: number): Failure => ({ kind: "disconnected", reason: reason(code) });
const titles = (entries: TimelineEntry[]) =>
  rowsOf(entries).map((row) => row.title.map(({ text }) => text).join(""));
const waiting = (attempt: number, failure: Failure | null): TimelineEvent => ({
  kind: "waiting",
  attempt,
  retryAt: began + 1000 + 8000,
  failure,
  flapping: null,
});

beforeEach(() => void (i18n.choice = "en"));

describe("the log of a connection", () => {
  it("joins a loss with the wait that follows, and a failed try has its own row", () => {
    const rows = rowsOf(log({ kind: "lost", failure: lost }, waiting(1, lost), waiting(2, lost)));
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({
      mark: "refused",
      aside: "next try in 8 s",
      said: "connection lost: EOF",
    });
    expect(rows[0]).toMatchObject({ mark: "trying", aside: "next try in 7 s" });
    expect(titles(log(waiting(3, lost)))[0]).toMatch(/^Try 3 failed: /);
  });

  it("reads entries of an earlier version, which know less", () => {
    expect(titles(log(waiting(3, null)))).toEqual(["Try 3 failed"]);
    const old: TimelineEvent = { kind: "connected", sessionPresent: true, awayMillis: null };
    expect(rowsOf(log(old))[0]?.aside).toBe("");
  });

  it("tells a return, what may be missing and what was subscribed again", () => {
    const missed = { from: began, to: began + 330_000, why: { kind: "expired", afterSecs: 300 } } as const;
    const rows = rowsOf(
      log(
        { kind: "connected", sessionPresent: false, awayMillis: 330_000 },
        { kind: "missed", missed },
        { kind: "subscribed", filters: 4 },
      ),
    );
    expect(rows.map(({ mark }) => mark)).toEqual(["missed", "connected"]);
    expect(rows[1]?.aside).toBe("after 5 m 30 s");
    const [told, again] = rows[0]?.text ?? [];
    expect(told).toContain("The session expired after 5 m.");
    expect(told).toContain("10:00:00");
    expect(told).toContain("10:05:30");
    expect(again).toBe("4 subscriptions accepted");
  });

  it("offers a new client ID where another client took over, and says that nothing is tried", () => {
    const failure = closed(142);
    const rows = rowsOf(log({ kind: "lost", failure }, { kind: "refused", failure }, { kind: "stopped" }));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ code: 142, newClient: true });
    expect(rows[0]?.text).toContain("Treetop does not try again by itself.");
    const other = closed(138);
    expect(rowsOf(log({ kind: "refused", failure: other }))[0]?.newClient).toBe(false);
  });

  it("says of each changed filter what the broker answered", () => {
    expect(
      titles(
        log(
          { kind: "granted", filter: "a/`b`", reason: reason(1) },
          { kind: "unsubscribed", filter: "a", reason: reason(0) },
          { kind: "unsubscribed", filter: "b", reason: reason(135) },
          { kind: "subscriptionRefused", filter: "#", reason: reason(135) },
          { kind: "stopped" },
        ),
      ).reverse(),
    ).toEqual([
      "Subscribed to a/`b`",
      "Unsubscribed from a",
      "Still subscribed to b",
      "Subscription refused: #",
      "You disconnected",
    ]);
  });

  it("says that the link flaps where the wait is longer for it", () => {
    const flapping = { drops: 5, withinMillis: 300_000 };
    const event: TimelineEvent = { kind: "waiting", attempt: 1, retryAt: began, failure: lost, flapping };
    const text = rowsOf(log({ kind: "lost", failure: lost }, event))[0]?.text.join(" ");
    expect(text).toContain("It was lost 5 times in 5 m");
  });
});
