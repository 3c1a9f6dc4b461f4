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
  SentState,
  Step,
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

/** The steps the backend takes to an address. */
function stepsTo(address: string): Step[] {
  const scheme = address.slice(0, address.indexOf(":"));
  const steps: Step[] = ["resolve", "tcp"];
  if (scheme === "mqtts" || scheme === "wss") steps.push("tls");
  if (scheme === "ws" || scheme === "wss") steps.push("webSocket");
  return [...steps, "connack"];
}

const row = (id: string, name: string, address: string, phase: Phase, more: Partial<ConnectionRow> = {}) => ({
  id,
  name,
  address,
  demo: false,
  recording: null,
  unverified: false,
  steps: stepsTo(address),
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
  row(
    "shift",
    "press-04 night shift",
    "/home/ann/press-04 night shift.jsonl",
    { kind: "offline" },
    { recording: "/home/ann/press-04 night shift.jsonl", historyBytes: 48_000_000 },
  ),
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
    "wss://line2.changwon.example:8084/mqtt",
    { kind: "offline" },
    {
      lastConnected: now - 9 * 24 * 60 * MINUTE,
      unverified: true,
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
  headers: [],
  proxy: null,
  clientId: "treetop-7f3a19",
  clientIdMode: "fixed",
  signIn: { kind: "password" },
  username: "treetop-dev",
  keepAliveSecs: 30,
  cleanStart: false,
  sessionExpirySecs: 3600,
  receiveMaximum: 1024,
  maximumPacketSize: 16_777_216,
  topicAliasMaximum: 32,
  requestResponseInformation: true,
  requestProblemInformation: true,
  caFile: "/etc/ssl/plant7-root-ca.pem",
  clientCertFile: null,
  clientKeyFile: null,
  verifyCertificate: true,
  checkHostName: true,
  serverName: "",
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
    payloadHex: false,
    qos: 1,
    retain: true,
    delaySecs: 15,
    expirySecs: null,
    isText: false,
    contentType: null,
    responseTopic: null,
    correlation: null,
    userProperties: [],
  },
  firstRetrySecs: 1,
  longestRetrySecs: 60,
};

/** A connection that uses what most leave folded away. */
const farAway: Partial<Profile> = {
  host: "line2.changwon.example",
  port: 8084,
  transport: "wss",
  headers: [{ name: "X-Line", value: "2" }],
  proxy: { kind: "socks5", host: "proxy.changwon.example", port: 1080, username: "bench" },
  signIn: { kind: "token" },
  clientIdMode: "random",
  sessionExpirySecs: 0,
  verifyCertificate: false,
  serverName: "broker.changwon.example",
  clientCertFile: "/etc/ssl/bench-2.p12",
  will: profile.will && {
    ...profile.will,
    expirySecs: 600,
    contentType: "application/json",
    correlation: { text: "9f3c11", hex: true },
    userProperties: [{ name: "line", value: "2" }],
  },
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
  recording: false,
  unverified: false,
  steps: ["resolve", "tcp", "tls", "connack"],
  connack,
  subscriptions: [],
  flapping: null,
  missed: null,
  logged: 0,
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

const answered = (code: number): SentState => ({
  kind: "answered",
  reason: reason(code, "Not authorized", code === 135 ? "acl: deny" : null),
});

const states: SentState[] = [
  answered(0),
  answered(16),
  answered(135),
  { kind: "sent" },
  { kind: "waiting" },
  { kind: "underWay" },
  { kind: "expired" },
  { kind: "unknown" },
];

const sent: Sent[] = states.map((state, at) => ({
  id: at,
  at: now - at * MINUTE,
  topic: `factory/line-2/press-0${at}/cmd`,
  qos: at === 3 ? 0 : 1,
  retain: false,
  size: 108,
  state,
  roundTripMillis: state.kind === "answered" ? 3 + at : null,
  expiresAt: at === 4 ? now + MINUTE : null,
  kept: true,
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
      profile: {
        ...profile,
        ...(id === "line2" ? farAway : {}),
        id,
        name: rows.find((one) => one.id === id)?.name ?? "",
      },
      hasPassword: true,
      hasKeyPassphrase: false,
      hasProxyPassword: false,
    }),
    profile_token: () => ({
      claims: [
        { name: "sub", value: "treetop-dev" },
        { name: "exp", value: String(Math.floor(now / 1000) + 7_800) },
      ],
      expires: now + 130 * MINUTE,
      notBefore: null,
    }),
    profile_new: () => ({ ...profile, id: "new", name: "", host: "", subscriptions: [], will: null }),
    profile_check: ({ profile }) =>
      profile.host === "" ? [{ field: "host", problem: { kind: "empty" } }] : [],
    profile_test: () => 1,
    profile_test_frame: () => ({
      revision: 4,
      running: null,
      over: true,
      steps: [
        { step: "resolve", tookMillis: 2, detail: "10.0.4.7", failure: null },
        { step: "tcp", tookMillis: 4, detail: null, failure: null },
        {
          step: "tls",
          tookMillis: 38,
          detail: null,
          failure: {
            kind: "tls",
            problem: { kind: "unknownIssuer", issuer: "CN=Plant 7 root" },
            detail: "invalid peer certificate: UnknownIssuer",
          },
        },
      ],
    }),
    timeline: () =>
      [
        [1, 23_000],
        [3, 21_000],
        [7, 17_000],
        [12, 4_000],
      ].map(([seconds = 0, age = 0], at) => ({
        at: now - age,
        event: {
          kind: "waiting",
          attempt: at + 1,
          retryAt: now - age + seconds * 1000,
          failure: unreachable,
          flapping: null,
        },
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
    sent: once({ revision: 1, sent, waiting: 1, open: 2, openLimit: 1_000, expired: 1, keeps: true }),
    sent_draft: ({ sent: id }) => ({ ...draft, topic: sent[id]?.topic ?? "" }),
    sent_cancel: () => true,
    publish: () => sent[1],
  };
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke: (command: keyof Commands, args: never) =>
        Promise.resolve().then(() => (fake[command] as ((args: never) => unknown) | undefined)?.(args)),
    },
  });
}
