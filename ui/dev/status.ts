// How the connection to the invented plant stands.
import type { StatusFrame } from "../src/lib/ipc/generated";

import { start } from "./backend";

let revision = 1;

export function status(scene: string): StatusFrame {
  const failure = {
    kind: "refused" as const,
    reason: {
      code: 134,
      name: "Bad User Name or Password",
      reasonString: null,
      serverReference: null,
      userProperties: [],
    },
  };
  const granted = {
    code: 1,
    name: "Granted QoS 1",
    reasonString: null,
    serverReference: null,
    userProperties: [],
  };
  const phases: Record<string, StatusFrame["phase"]> = {
    lost: {
      kind: "waiting",
      attempt: 4,
      retryAt: Date.now() + 8000,
      failure: { kind: "lost", detail: "reset" },
    },
    refused: { kind: "refused", at: start, failure },
    offline: { kind: "offline" },
  };
  return {
    revision: ++revision,
    name: "Plant 7 dev",
    address: "mqtts://mqtt.plant7.example:8883",
    phase: phases[scene] ?? { kind: "connected", since: start, sessionPresent: true },
    recording: scene === "recording",
    unverified: false,
    steps: ["resolve", "tcp", "tls", "connack"],
    connack:
      scene === "refused"
        ? null
        : {
            sessionPresent: true,
            maximumQos: 2,
            retainAvailable: true,
            wildcardAvailable: true,
            subscriptionIdsAvailable: true,
            sharedAvailable: true,
            serverKeepAlive: null,
            assignedClientId: null,
            receiveMaximum: 20,
            maximumPacketSize: null,
            topicAliasMaximum: 10,
            sessionExpirySecs: 3600,
            reasonString: null,
            serverReference: null,
            userProperties: [],
          },
    subscriptions: [
      { filter: "factory/#", identifier: 3, reason: granted },
      { filter: "$SYS/#", identifier: null, reason: { ...granted, code: 135, name: "Not authorized" } },
    ],
    rate: 128,
    rates: [3, 5, 4, 7, 6, 8, 5, 6, 9, 7, 8, 6, 10, 8, 9],
    messages: 1_204_118 + revision,
    topics: 1204,
    dropped: scene === "lost" ? [{ cause: "history", count: 212 }] : [],
    historyBytes: 214_000_000,
    history: scene === "lost" ? { kind: "diskFull" } : { kind: "well" },
    pingMillis: scene === "lost" ? null : 4,
  };
}
