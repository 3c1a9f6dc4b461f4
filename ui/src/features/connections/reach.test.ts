import { describe, expect, it } from "vitest";
import { reached, stepsTo } from "./reach";

const said = (found: ReturnType<typeof reached>) => found.map(({ step, reach }) => `${step} ${reach}`);

describe("how far a try came", () => {
  it("takes the steps of the transport", () => {
    expect(stepsTo("mqtt://h:1883")).toEqual(["resolve", "tcp", "connack"]);
    expect(stepsTo("wss://h:8084/mqtt")).toEqual(["resolve", "tcp", "tls", "webSocket", "connack"]);
  });

  it("marks what is done, under way and open", () => {
    expect(said(reached("mqtts://h:8883", { kind: "connecting", attempt: 1, step: "tls" }))).toEqual([
      "resolve done",
      "tcp done",
      "tls now",
      "connack open",
      "suback open",
    ]);
  });

  it("stops at the step that failed", () => {
    const failure = { kind: "tcp", address: "h:443", detail: "" } as const;
    expect(said(reached("wss://h:443", { kind: "waiting", attempt: 4, retryAt: 0, failure }))).toEqual([
      "resolve done",
      "tcp failed",
      "tls open",
      "webSocket open",
      "connack open",
    ]);
  });

  it("claims nothing where it can't be told", () => {
    const failure = { kind: "lost", detail: "" } as const;
    expect(reached("mqtt://h:1", { kind: "waiting", attempt: 1, retryAt: 0, failure })).toEqual([]);
  });
});
