import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import { i18n } from "$lib/i18n";
import type { Commands, Connack, StatusFrame, Subscribed, Subscription } from "$lib/ipc/generated";
import { newSubscription } from "$lib/subscription";
import { install, status as base } from "../../../dev/fake";
import SessionScreen from "./SessionScreen.svelte";

type Called = { command: string; args: Record<string, unknown> };
let calls: Called[] = [];

const isOff = (control: HTMLElement) => (control as HTMLButtonElement).disabled;
const saved = newSubscription("#");
const answer = (filter: string, code: number, qos = 0): Subscribed => ({
  filter,
  qos,
  noLocal: false,
  retainAsPublished: true,
  retainHandling: 0,
  identifier: null,
  reason: { code, name: "", reasonString: "acl: deny", serverReference: null, userProperties: [] },
});
const status: StatusFrame = {
  ...base,
  subscriptions: [answer("#", 0), answer("secret/#", 135, 1)],
};

beforeEach(() => {
  i18n.choice = "en";
  install(false);
  calls = [];
  const inner = (window as unknown as { __TAURI_INTERNALS__: { invoke: (c: string, a: never) => unknown } })
    .__TAURI_INTERNALS__;
  const before = inner.invoke;
  inner.invoke = async (command, args: never) => {
    calls.push({ command, args });
    if (command === "topic_check")
      return (args as Commands["topic_check"]["args"]).topic === "a/#/b"
        ? { kind: "multiLevelNotLast" }
        : null;
    if (command === "topic_frame") return { message: null };
    if (command === "profile")
      return {
        ...((await before(command, args)) as object),
        profile: { id: "c", subscriptions: [saved, { ...saved, filter: "off/#", enabled: false }] },
      };
    if (command === "timeline")
      return [{ at: Date.now(), event: { kind: "connected", sessionPresent: false, awayMillis: null } }];
    return before(command, args);
  };
});

const called = (command: string) => calls.filter((one) => one.command === command).map(({ args }) => args);
const type = (text: string) =>
  fireEvent.input(screen.getByLabelText("Topic filter"), { target: { value: text } });
const open = (more: Partial<StatusFrame> = {}) =>
  render(SessionScreen, { id: "c", status: { ...status, ...more } });

describe("the session", () => {
  it("shows what was asked for with the answer, and explains a refusal", async () => {
    open();
    expect(screen.getByText("Granted, QoS 0")).toBeTruthy();
    expect(screen.getByText("Not authorized to subscribe to this")).toBeTruthy();
    expect(screen.getByText('"acl: deny"')).toBeTruthy();
    expect(await screen.findByText("Connected, new session")).toBeTruthy();
  });

  it("names the rule a typed filter breaks and does not subscribe", async () => {
    open();
    await type("a/#/b");
    expect(await screen.findByRole("alert")).toBeTruthy();
    await waitFor(() => expect(screen.getByRole("alert").textContent).toMatch(/#/));
    expect(isOff(screen.getByRole("button", { name: "Subscribe" }))).toBe(true);
    expect(called("topic_subscribe")).toEqual([]);
  });

  it("subscribes with every option", async () => {
    open();
    await type("a/+");
    await fireEvent.click(screen.getByRole("button", { name: "More options" }));
    await fireEvent.click(screen.getByRole("checkbox", { name: "No local" }));
    await fireEvent.input(screen.getByLabelText("Subscription identifier"), { target: { value: "7" } });
    await waitFor(() => expect(isOff(screen.getByRole("button", { name: "Subscribe" }))).toBe(false));
    await fireEvent.click(screen.getByRole("button", { name: "Subscribe" }));
    await waitFor(() => expect(called("topic_subscribe")).toHaveLength(1));
    expect(called("topic_subscribe")[0]?.subscription).toMatchObject({
      filter: "a/+",
      noLocal: true,
      retainAsPublished: true,
      identifier: 7,
    });
  });

  it("switches off what the broker can't do, and says so", async () => {
    const connack = { ...(status.connack as Connack), wildcardAvailable: false, retainAvailable: false };
    open({ connack });
    await type("a/+");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("does not allow + and #"));
    expect(isOff(screen.getByRole("button", { name: "Subscribe" }))).toBe(true);
    expect(screen.getByText(/keeps no retained messages/)).toBeTruthy();
  });

  it("warns before everything on a big broker is asked for, and still allows it", async () => {
    open({ topics: 60_000, subscriptions: [] });
    await type("#");
    expect(await screen.findByText(/60,000 topics/)).toBeTruthy();
    await waitFor(() =>
      expect(isOff(screen.getByRole("button", { name: "Subscribe all the same" }))).toBe(false),
    );
  });

  it("keeps for next time what is in effect, and changes one option without the others", async () => {
    open();
    await fireEvent.click(await screen.findByRole("button", { name: "Keep for next time" }));
    await waitFor(() => expect(called("profile_save")).toHaveLength(1));
    const { subscriptions } = called("profile_save")[0]?.profile as { subscriptions: Subscription[] };
    expect(subscriptions.map(({ filter, enabled }) => [filter, enabled])).toEqual([
      ["#", true],
      ["off/#", false],
      ["secret/#", true],
    ]);
    await fireEvent.change(screen.getByLabelText("QoS of #"), { target: { value: "2" } });
    await waitFor(() => expect(called("topic_subscribe")).toHaveLength(1));
  });

  it("can't change anything while there is no connection", () => {
    open({ phase: { kind: "offline" }, subscriptions: [] });
    expect(screen.queryByLabelText("Topic filter")).toBeNull();
    expect(screen.getByText("Connect to subscribe.")).toBeTruthy();
    expect(screen.getByText("The broker says this when connecting.")).toBeTruthy();
  });

  it("offers a new client ID while the connection comes and goes", async () => {
    open({ flapping: { drops: 6, withinMillis: 300_000 } });
    expect(screen.getByText(/lost 6 times in 5 m/)).toBeTruthy();
    await fireEvent.click(screen.getByRole("button", { name: "Use a new client ID" }));
    await waitFor(() => expect(called("connection_connect")).toHaveLength(1));
    const { clientId } = called("profile_save")[0]?.profile as { clientId: string };
    expect(clientId).toMatch(/^treetop-[0-9a-f]{6}$/);
  });
});
