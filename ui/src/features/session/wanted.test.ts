import { beforeEach, expect, test } from "vitest";
import { i18n } from "$lib/i18n";
import type { Connack, Subscribed, Subscription } from "$lib/ipc/generated";
import { newSubscription } from "$lib/subscription";
import { status } from "../../../dev/fake";
import { consequences, limitRows } from "./limits";
import { asked, barred, BIG, differs, merged, notInEffect, tooMuch } from "./wanted";

beforeEach(() => void (i18n.choice = "en"));

const one = (filter: string, more: Partial<Subscription> = {}): Subscription => ({
  ...newSubscription(filter),
  ...more,
});
const now = (filter: string, more: Partial<Subscription> = {}): Subscribed => {
  const { enabled: _, ...rest } = one(filter, more);
  return {
    ...rest,
    reason: { code: 0, name: "", reasonString: null, serverReference: null, userProperties: [] },
  };
};
const connack = status.connack as Connack;

test("what is in effect is what is saved, whatever the order and what is off", () => {
  const saved = [one("a"), one("b", { qos: 1 }), one("c", { enabled: false })];
  expect(differs(saved, [now("b", { qos: 1 }), now("a")])).toBe(false);
  expect(differs(saved, [now("a")])).toBe(true);
  expect(differs(saved, [now("a"), now("b", { qos: 2 })])).toBe(true);
  expect(differs(saved, [now("a"), now("b", { qos: 1 }), now("c")])).toBe(true);
  expect(notInEffect(saved, [now("a")]).map(({ filter }) => filter)).toEqual(["b", "c"]);
});

test("keeping takes over every option, adds what is new and turns off what was ended", () => {
  const saved = [one("a"), one("b"), one("b")];
  const current = [now("b", { qos: 2, noLocal: true, identifier: 7 }), now("d")];
  const kept = merged(saved, current);
  expect(kept).toEqual([
    one("a", { enabled: false }),
    one("b", { qos: 2, noLocal: true, identifier: 7 }),
    one("b", { enabled: false }),
    one("d"),
  ]);
  expect(differs(kept, current)).toBe(false);
  expect(asked(now("d"))).toEqual(one("d"));
});

test("what the broker can't do is refused before it is asked", () => {
  const able = connack;
  const poor: Connack = {
    ...connack,
    wildcardAvailable: false,
    sharedAvailable: false,
    subscriptionIdsAvailable: false,
    retainAvailable: false,
    maximumQos: 1,
  };
  expect(barred("a/+", one(""), able)).toBeNull();
  expect(barred("a/+", one(""), poor)).toContain("+ and #");
  expect(barred("$share/g/a", one(""), poor)).toContain("$share");
  expect(barred("a", one("", { identifier: 1 }), poor)).toContain("identifiers");
  expect(barred("$share/g/a", one("", { noLocal: true }), able)).toContain("shared subscription");
  expect(consequences(poor)).toHaveLength(5);
  expect(consequences({ ...able, maximumQos: 2 })).toEqual([]);
});

test("everything on a big broker is warned of", () => {
  expect(tooMuch("#", BIG + 1, 0)).toContain("50,001 topics");
  expect(tooMuch("$share/g/#", 0, BIG + 1)).toContain("50,001 retained messages");
  expect(tooMuch("#", BIG, BIG)).toBeNull();
  expect(tooMuch("a/#", BIG * 10, BIG * 10)).toBeNull();
});

test("limits are said as the broker gave them", () => {
  const rows = limitRows({
    ...connack,
    serverKeepAlive: 0,
    sessionExpirySecs: 4_294_967_295,
    assignedClientId: "auto-1",
    reasonString: "welcome",
  });
  const value = (key: string) => rows.find((row) => row.key === key)?.value;
  expect(value("Highest QoS")).toBe("1");
  expect(value("Keep alive")).toBe("off");
  expect(value("Session expires after")).toBe("never");
  expect(value("Largest packet")).toBe("64 kB");
  expect(value("Assigned client ID")).toBe("auto-1");
  expect(value("Broker’s own words")).toBe("welcome");
  expect(rows.some((row) => row.key === "Other server")).toBe(false);
});
