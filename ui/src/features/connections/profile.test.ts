import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Commands, Profile, ProfileProblem } from "$lib/ipc/generated";
import { ProfileForm } from "./profile.svelte";

const asked = vi.hoisted(() => ({
  calls: [] as [string, unknown][],
  problems: [] as unknown[],
  frames: [] as unknown[],
  held: Promise.resolve(),
  onframe: (): void => {},
}));

vi.mock("$lib/ipc/call", () => ({
  call: (command: keyof Commands, args: unknown) => {
    asked.calls.push([command, args]);
    if (command === "profile_test_frame") {
      asked.onframe();
      return Promise.resolve(asked.frames.shift());
    }
    return asked.held.then(() => (command === "profile_check" ? asked.problems : undefined));
  },
}));

const profile = (more: Partial<Profile> = {}): Profile => ({
  id: "p",
  name: "Bench",
  host: "bench.example",
  port: 1883,
  transport: "mqtt",
  path: "/mqtt",
  headers: [],
  proxy: null,
  clientId: "treetop-1",
  clientIdMode: "fixed",
  signIn: { kind: "password" },
  username: "",
  keepAliveSecs: 30,
  cleanStart: false,
  sessionExpirySecs: 3600,
  receiveMaximum: 1024,
  maximumPacketSize: 16_777_216,
  topicAliasMaximum: 32,
  requestResponseInformation: true,
  requestProblemInformation: true,
  caFile: null,
  clientCertFile: null,
  clientKeyFile: null,
  verifyCertificate: true,
  checkHostName: true,
  serverName: "",
  alpn: "",
  userProperties: [],
  subscriptions: [],
  will: null,
  firstRetrySecs: 1,
  longestRetrySecs: 60,
  ...more,
});

const form = (more: Partial<Profile> = {}, hasPassword = false) =>
  new ProfileForm({
    profile: profile(more),
    hasPassword,
    hasKeyPassphrase: false,
    hasProxyPassword: false,
  });

const sent = (command: keyof Commands) => asked.calls.find(([name]) => name === command)?.[1];

beforeEach(() => {
  asked.calls.length = 0;
  asked.problems = [];
  asked.held = Promise.resolve();
});

describe("a connection being edited", () => {
  it("is not saved with a wrong field when another check follows at once", async () => {
    const one = form();
    asked.problems = [{ field: "host", problem: { kind: "empty" } }];
    const saved = one.save();
    // The later question is answered last, and until then nothing is known of any problem.
    asked.held = new Promise((answer) => setTimeout(answer, 20));
    const later = one.check();
    expect(await saved).toBe(false);
    await later;
    expect(sent("profile_save")).toBeUndefined();
    expect(one.problems).toHaveLength(1);
  });

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
    one.signIn.way = "password";
    one.signIn.password = "secret";
    expect(one.dirty).toBe(true);
    expect(await one.save()).toBe(true);
    expect(one.dirty).toBe(false);
    expect(one.signIn.password).toBe("");
    expect(one.signIn.stored).toBe("password");
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
    expect(sent("profile_save")).toMatchObject({ secrets: { signIn: { kind: "keep" } } });

    asked.calls.length = 0;
    const none = form({ username: "u" }, true);
    none.signIn.way = "none";
    await none.save();
    expect(sent("profile_save")).toMatchObject({
      secrets: { signIn: { kind: "clear" } },
      profile: { username: "" },
    });
  });

  it("never sends a stored password as a token", async () => {
    const one = form({ username: "u" }, true);
    one.signIn.way = "token";
    expect(await one.save()).toBe(false);
    expect(one.problem("password")).toEqual({ kind: "empty" });
    one.signIn.tokenText = "a.b.c";
    expect(await one.save()).toBe(true);
    expect(sent("profile_save")).toMatchObject({
      profile: { signIn: { kind: "token" }, username: "u" },
      secrets: { signIn: { kind: "set", password: "a.b.c" } },
    });
    expect(one.signIn.tokenText).toBe("");
    expect(one.signIn.stored).toBe("token");
    one.signIn.tokenFrom = "command";
    one.signIn.tokenCommand = "print-token";
    asked.calls.length = 0;
    await one.save();
    expect(sent("profile_save")).toMatchObject({
      profile: { signIn: { kind: "tokenCommand", command: "print-token" } },
      secrets: { signIn: { kind: "clear" } },
    });
  });

  it("lets the port of a proxy follow its kind, and forgets the password of none", async () => {
    const one = form();
    one.chooseProxy("socks5");
    expect(one.draft.proxy.port).toBe(1080);
    one.draft.proxy.port = 9050;
    one.chooseProxy("http");
    one.draft.proxy.host = "proxy.example";
    one.draft.proxy.username = "me";
    one.proxyPassword = "secret";
    await one.save();
    expect(sent("profile_save")).toMatchObject({
      profile: { proxy: { kind: "http", host: "proxy.example", port: 9050, username: "me" } },
      secrets: { proxy: { kind: "set", password: "secret" } },
    });
    asked.calls.length = 0;
    one.chooseProxy("none");
    await one.save();
    expect(sent("profile_save")).toMatchObject({
      profile: { proxy: null },
      secrets: { proxy: { kind: "clear" } },
    });
  });

  it("says when a session ends as a choice", () => {
    const one = form({ sessionExpirySecs: 0 });
    expect(one.expiry).toBe("atOnce");
    one.chooseExpiry("never");
    expect(one.profile.sessionExpirySecs).toBe(4_294_967_295);
    one.chooseExpiry("after");
    expect([one.expiry, one.profile.sessionExpirySecs]).toEqual(["after", 3600]);
  });

  it("shows the steps of a test as they come", async () => {
    const step = { step: "tcp", tookMillis: 2, detail: null, failure: null };
    const seen: unknown[] = [];
    const one = form();
    asked.onframe = () => void seen.push([one.steps?.length, one.running]);
    asked.frames = [
      { revision: 1, steps: [], running: "tcp", over: false },
      { revision: 3, steps: [step], running: "connack", over: false },
      { revision: 4, steps: [step, { ...step, step: "connack" }], running: null, over: true },
    ];
    expect(await one.test(() => 7)).toBe(true);
    expect(seen).toEqual([
      [0, null],
      [0, "tcp"],
      [1, "connack"],
    ]);
    expect(one.steps?.length).toBe(2);
    expect([one.running, one.testedAt, one.busy]).toEqual([null, 7, null]);
    const asks = asked.calls.filter(([name]) => name === "profile_test_frame").map(([, args]) => args);
    expect(asks).toMatchObject([{ revision: 0 }, { revision: 1 }, { revision: 3 }]);
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
