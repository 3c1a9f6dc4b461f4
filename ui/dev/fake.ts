// A backend of invented data, to look at screens in a browser. Not part of the product.
import type {
  Commands,
  Connack,
  ConnectionRow,
  Draft,
  Failure,
  ImportList,
  ImportRow,
  Phase,
  Profile,
  Reason,
  Sent,
  StatusFrame,
} from "../src/lib/ipc/generated";

const now = Date.now();
const MINUTE = 60_000;

const reason = (code: number, name: string, words: string | null = null): Reason => ({
  code,
  name,
  reasonString: words,
  serverReference: null,
  userProperties: [],
});

const refused: Failure = {
  kind: "refused",
  reason: reason(134, "Bad User Name or Password", "account expired 2026-03-10"),
};
const unreachable: Failure = {
  kind: "tcp",
  address: "stage.plant7.example:443",
  detail: "Connection refused (os error 111)",
};

const row = (id: string, name: string, address: string, phase: Phase, more: Partial<ConnectionRow> = {}) => ({
  id,
  name,
  address,
  demo: false,
  phase,
  open: false,
  lastConnected: null,
  pingMillis: null,
  historyBytes: 12_000_000,
  ...more,
});

export const rows: ConnectionRow[] = [
  row(
    "plant",
    "Plant 7 dev",
    "mqtts://mqtt.plant7.example:8883",
    { kind: "connected", since: now - 90 * MINUTE, sessionPresent: true },
    { pingMillis: 4, open: true },
  ),
  row("demo", "Demo broker", "mqtt://127.0.0.1:18830", { kind: "offline" }, { demo: true }),
  row(
    "stage",
    "Staging cluster",
    "wss://stage.plant7.example:443/mqtt",
    { kind: "waiting", attempt: 4, retryAt: now + 8_000, failure: unreachable },
    { open: true },
  ),
  row("fleet", "Fleet gateway EU", "mqtts://fleet.example:8883", {
    kind: "refused",
    at: now - MINUTE,
    failure: refused,
  }),
  row("taken", "Shared bench", "mqtt://192.168.10.30:1883", {
    kind: "refused",
    at: now - MINUTE,
    failure: { kind: "disconnected", reason: reason(142, "Session taken over") },
  }),
  row("busy", "Zigbee gateway", "mqtts://10.0.4.17:8883", { kind: "connecting", attempt: 1, step: "tls" }),
  row(
    "bench",
    "Bench broker",
    "mqtt://192.168.10.21:1883",
    { kind: "offline" },
    { lastConnected: now - 120 * MINUTE },
  ),
  row(
    "line2",
    "창원 2공장 시험 라인",
    "mqtts://line2.changwon.example:8883",
    { kind: "offline" },
    {
      lastConnected: now - 9 * 24 * 60 * MINUTE,
    },
  ),
];

const profile: Profile = {
  id: "plant",
  name: "Plant 7 dev",
  host: "mqtt.plant7.example",
  port: 8883,
  transport: "mqtts",
  path: "/mqtt",
  clientId: "treetop-7f3a19",
  username: "treetop-dev",
  keepAliveSecs: 30,
  cleanStart: false,
  sessionExpirySecs: 3600,
  receiveMaximum: 1024,
  maximumPacketSize: 16_777_216,
  topicAliasMaximum: 32,
  caFile: "/etc/ssl/plant7-root-ca.pem",
  clientCertFile: null,
  clientKeyFile: null,
  verifyCertificate: true,
  checkHostName: true,
  alpn: "mqtt",
  userProperties: [{ name: "tool", value: "treetop/1.0" }],
  subscriptions: ["factory/#", "building/+/hvac/#", "$share/tools/spBv1.0/#", "$SYS/#"].map((filter, at) => ({
    enabled: at < 3,
    filter,
    qos: at % 2,
    noLocal: false,
    retainAsPublished: true,
    retainHandling: at % 3,
    identifier: at + 3,
  })),
  will: {
    topic: "clients/treetop-7f3a19/status",
    payload: '{"online": false}',
    qos: 1,
    retain: true,
    delaySecs: 15,
    contentType: null,
  },
  firstRetrySecs: 1,
  longestRetrySecs: 60,
};

const connack: Connack = {
  sessionPresent: true,
  maximumQos: 1,
  retainAvailable: true,
  wildcardAvailable: true,
  subscriptionIdsAvailable: true,
  sharedAvailable: true,
  serverKeepAlive: null,
  assignedClientId: null,
  receiveMaximum: 20,
  maximumPacketSize: 64_000,
  topicAliasMaximum: 10,
  sessionExpirySecs: null,
  reasonString: null,
  serverReference: null,
  userProperties: [],
};

export const status: StatusFrame = {
  revision: 1,
  name: "Plant 7 dev",
  address: "mqtts://mqtt.plant7.example:8883",
  phase: { kind: "connected", since: now, sessionPresent: true },
  unverified: false,
  connack,
  subscriptions: [],
  rate: 128,
  rates: [],
  messages: 1_204_118,
  topics: 1204,
  dropped: [],
  historyBytes: 214_000_000,
  history: { kind: "well" },
  pingMillis: 4,
};

export const draft: Draft = {
  topic: "factory/line-2/press-04/cmd",
  payload: '{\n  "cmd": "set_force",\n  "target_kn": 615.0\n}',
  format: "json",
  qos: 1,
  retain: false,
  properties: {
    contentType: "application/json",
    payloadFormat: 1,
    expirySecs: 30,
    responseTopic: "factory/line-2/press-04/ack",
    correlation: { text: "9f 3c 11", hex: true },
    user: [
      { name: "tag", value: "load-test" },
      { name: "tag", value: "press" },
    ],
  },
};

const sent: Sent[] = [0, 16, 135, 0].map((code, at) => ({
  id: at,
  at: now - at * MINUTE,
  draft: { ...draft, topic: `factory/line-2/press-0${at}/cmd`, qos: at === 3 ? 0 : 1 },
  size: 108,
  reason: at === 3 ? null : reason(code, "Not authorized", code === 135 ? "acl: deny" : null),
  roundTripMillis: at === 3 ? null : 3 + at,
}));

const part = (name: string, address: string, more: Partial<ImportRow>): ImportRow => ({
  name,
  address,
  password: false,
  subscriptions: 2,
  path: false,
  will: false,
  authority: false,
  clientCertificate: false,
  already: false,
  ...more,
  notes: [{ kind: "olderMqtt", version: "3.1.1" }, ...(more.notes ?? [])],
});

const imported: ImportList = {
  import: 1,
  program: "mqttExplorer",
  connections: [
    part("Plant 7 dev", "mqtts://mqtt.plant7.example:8883", { password: true, subscriptions: 3 }),
    part("Staging cluster", "wss://stage.plant7.example:443/mqtt", {
      path: true,
      subscriptions: 1,
      notes: [{ kind: "unverified" }],
    }),
    part("Bench broker", "mqtt://192.168.10.21:1883", {}),
    part("Zigbee gateway", "mqtt://10.0.4.17:1883", { will: true }),
    part("Fleet gateway EU", "mqtts://fleet.example:8883", {
      notes: [
        { kind: "embedded", file: "authority", name: "fleet-ca.crt" },
        { kind: "notTaken", field: "theme" },
      ],
    }),
    part("Local test", "mqtt://127.0.0.1:1883", { already: true }),
  ],
  unreadable: [],
};

type Fake = { [K in keyof Commands]?: (args: Commands[K]["args"]) => unknown };

/** Answers once, then never again, as a long poll over which nothing changes. */
function once<T>(value: T): () => T | Promise<never> {
  let told = false;
  return () => {
    if (told) return new Promise(() => {});
    told = true;
    return value;
  };
}

export function install(empty: boolean): void {
  const fake: Fake = {
    app_info: () => ({ secrets: { kind: "keyring" } }),
    connections: once({ revision: 1, connections: empty ? [] : rows }),
    profile: ({ id }) => ({
      profile: { ...profile, id, name: rows.find((one) => one.id === id)?.name ?? "" },
      hasPassword: true,
    }),
    profile_new: () => ({ ...profile, id: "new", name: "", host: "", subscriptions: [], will: null }),
    profile_check: ({ profile }) =>
      profile.host === "" ? [{ field: "host", problem: { kind: "empty" } }] : [],
    profile_test: () => [
      { step: "resolve", tookMillis: 2, detail: "10.0.4.7", failure: null },
      { step: "tcp", tookMillis: 4, detail: null, failure: null },
      {
        step: "tls",
        tookMillis: 38,
        detail: null,
        failure: {
          kind: "tls",
          problem: { kind: "unknownIssuer" },
          detail: "invalid peer certificate: UnknownIssuer",
        },
      },
    ],
    timeline: () =>
      [
        [1, 23_000],
        [3, 21_000],
        [7, 17_000],
        [12, 4_000],
      ].map(([seconds = 0, age = 0], at) => ({
        at: now - age,
        event: { kind: "waiting", attempt: at + 1, seconds },
      })),
    topic_check: ({ topic }) => (topic.includes("#") ? { kind: "wildcardInName", character: "#" } : null),
    payload_check: ({ payload, format }) => {
      if (format !== "json") return { bytes: payload.length, problem: null };
      try {
        JSON.parse(payload);
        return { bytes: payload.length, problem: null };
      } catch {
        return { bytes: payload.length, problem: { kind: "json", line: 3, column: 7 } };
      }
    },
    import_sources: () => [{ program: "mqttExplorer", path: "/home/me/settings.json", connections: 6 }],
    import_read: () => imported,
    import_take: ({ chosen }) => ({ ids: chosen.map((at) => `new-${at}`), secrets: { kind: "keyring" } }),
    sent: () => sent,
    publish: () => sent[1],
  };
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: (command: keyof Commands, args: never) =>
        Promise.resolve().then(() => (fake[command] as ((args: never) => unknown) | undefined)?.(args)),
    },
  });
}
