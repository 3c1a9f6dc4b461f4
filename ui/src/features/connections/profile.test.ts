import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Commands, Profile, ProfileProblem } from "$lib/ipc/generated";
import { ProfileForm } from "./profile.svelte";

const asked = vi.hoisted(() => ({ calls: [] as [string, unknown][], problems: [] as unknown[] }));

vi.mock("$lib/ipc/call", () => ({
  call: (command: keyof Commands, args: unknown) => {
    asked.calls.push([command, args]);
    return Promise.resolve(command === "profile_check" ? asked.problems : undefined);
  },
}));

const profile = (more: Partial<Profile> = {}): Profile => ({
  id: "p",
  name: "Bench",
  host: "bench.example",
  port: 1883,
  transport: "mqtt",
  path: "/mqtt",
  clientId: "treetop-1",
  username: "",
  keepAliveSecs: 30,
  cleanStart: false,
  sessionExpirySecs: 3600,
  receiveMaximum: 1024,
  maximumPacketSize: 16_777_216,
  topicAliasMaximum: 32,
  caFile: null,
  clientCertFile: null,
  clientKeyFile: null,
  verifyCertificate: true,
  checkHostName: true,
  alpn: "",
  userProperties: [],
  subscriptions: [],
  will: null,
  firstRetrySecs: 1,
  longestRetrySecs: 60,
  ...more,
});

const form = (more: Partial<Profile> = {}, hasPassword = false) =>
  new ProfileForm({ profile: profile(more), hasPassword });

const sent = (command: keyof Commands) => asked.calls.find(([name]) => name === command)?.[1];

beforeEach(() => {
  asked.calls.length = 0;
  asked.problems = [];
});

describe("a connection being edited", () => {
  it("lets the port follow the transport until it is typed", () => {
    const one = form();
    one.setTransport("wss");
    expect(one.draft.port).toBe(8084);
    one.choosePort(9001);
    one.setTransport("mqtts");
    expect(one.draft.port).toBe(9001);
  });

  it("keeps a port that was chosen before", () => {
    const one = form({ port: 2883 });
    one.setTransport("mqtts");
    expect(one.draft.port).toBe(2883);
  });

  it("is dirty while something differs from what is saved", async () => {
    const one = form();
    expect(one.dirty).toBe(false);
    one.draft.host = "other.example";
    expect(one.dirty).toBe(true);
    one.draft.host = "bench.example";
    expect(one.dirty).toBe(false);
    one.signIn = "password";
    one.password = "secret";
    expect(one.dirty).toBe(true);
    expect(await one.save()).toBe(true);
    expect(one.dirty).toBe(false);
    expect(one.password).toBe("");
    expect(one.hasPassword).toBe(true);
  });

  it("never sends a number the backend can't hold, and says its range", async () => {
    const one = form();
    one.choosePort(70_000);
    one.draft.keepAliveSecs = NaN;
    expect(one.profile.port).toBe(1883);
    expect(one.profile.keepAliveSecs).toBe(30);
    expect(await one.save()).toBe(false);
    expect(one.problem("port")).toEqual({ kind: "range", min: 1, max: 65_535 });
    expect(one.problem("keepAliveSecs")).toEqual({ kind: "range", min: 0, max: 65_535 });
    expect(sent("profile_save")).toBeUndefined();
  });

  it("does not save what the backend refuses", async () => {
    const problem: ProfileProblem = { field: "host", problem: { kind: "empty" } };
    asked.problems = [problem];
    const one = form({ host: "" });
    expect(await one.save()).toBe(false);
    expect(one.problem("host")).toEqual({ kind: "empty" });
    expect(sent("profile_save")).toBeUndefined();
  });

  it("keeps the password unless another is typed, and drops it without sign-in", async () => {
    const kept = form({ username: "u" }, true);
    await kept.save();
    expect(sent("profile_save")).toMatchObject({ password: { kind: "keep" } });

    asked.calls.length = 0;
    const none = form({ username: "u" }, true);
    none.signIn = "none";
    await none.save();
    expect(sent("profile_save")).toMatchObject({
      password: { kind: "clear" },
      profile: { username: "" },
    });
  });

  it("keeps what was typed in the last will while it is off, and sends none", () => {
    const one = form();
    one.setWill(true);
    if (one.draft.will) one.draft.will.topic = "clients/bench";
    one.setWill(false);
    expect(one.profile.will).toBeNull();
    one.setWill(true);
    expect(one.profile.will?.topic).toBe("clients/bench");
  });
});
