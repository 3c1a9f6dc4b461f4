import { describe, expect, it } from "vitest";
import type { Step } from "$lib/ipc/generated";
import { reached } from "./reach";

const said = (found: ReturnType<typeof reached>) => found.map(({ step, reach }) => `${step} ${reach}`);

describe("how far a try came", () => {
  const mqtts: Step[] = ["resolve", "tcp", "tls", "connack"];
  const wss: Step[] = ["resolve", "tcp", "tls", "webSocket", "connack"];

  it("marks what is done, under way and open", () => {
    expect(said(reached(mqtts, { kind: "connecting", attempt: 1, step: "tls" }))).toEqual([
      "resolve done",
      "tcp done",
      "tls now",
      "connack open",
      "suback open",
    ]);
  });

  it("stops at the step that failed", () => {
    const failure = { kind: "tcp", address: "h:443", detail: "" } as const;
    expect(said(reached(wss, { kind: "waiting", attempt: 4, retryAt: 0, failure }))).toEqual([
      "resolve done",
      "tcp failed",
      "tls open",
      "webSocket open",
      "connack open",
    ]);
  });

  it("goes through a proxy with a token", () => {
    const path: Step[] = ["token", "proxy", "connack"];
    const failure = { kind: "proxy", address: "p:1", problem: { kind: "signIn" }, detail: "" } as const;
    expect(said(reached(path, { kind: "refused", at: 0, failure }))).toEqual([
      "token done",
      "proxy failed",
      "connack open",
    ]);
  });

  it("claims nothing of TLS where none is spoken", () => {
    const failure = { kind: "tls", problem: { kind: "tlsExpected" }, detail: "" } as const;
    const path: Step[] = ["resolve", "tcp", "connack"];
    expect(reached(path, { kind: "waiting", attempt: 1, retryAt: 0, failure })).toEqual([]);
  });

  it("claims nothing where it can't be told", () => {
    const failure = { kind: "lost", detail: "" } as const;
    expect(reached(mqtts, { kind: "waiting", attempt: 1, retryAt: 0, failure })).toEqual([]);
  });
});
