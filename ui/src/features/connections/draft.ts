// A connection while it is edited: what of it can be empty or out of range, and the usual values.
import type { PasswordChange, Profile, Proxy, ProxyKind, Transport, Will } from "$lib/ipc/generated";

export type ProxyChoice = "none" | ProxyKind;
/** How long the broker keeps the session after the connection. */
export type Expiry = "atOnce" | "after" | "never";

/** The port each transport has unless somebody chose another. */
export const usualPort: Record<Transport, number> = { mqtt: 1883, mqtts: 8883, ws: 8083, wss: 8084 };

export const U16 = 65_535;
export const U32 = 4_294_967_295;
export const HOUR = 3600;

/** The port most proxies of a kind have. */
export const proxyPort: Record<ProxyKind, number> = { http: 3128, socks5: 1080 };

/** What the backend's types can hold; it checks the finer limits itself. */
export const ranges = {
  port: [1, U16],
  keepAliveSecs: [0, U16],
  sessionExpirySecs: [0, U32],
  receiveMaximum: [1, U16],
  maximumPacketSize: [1, U32],
  topicAliasMaximum: [0, U16],
  firstRetrySecs: [1, U32],
  longestRetrySecs: [1, U32],
} as const;

export type NumberName = keyof typeof ranges;
export const numberNames = Object.keys(ranges) as NumberName[];

/** A will while it is edited: its delay may be empty or nonsense. */
export type WillDraft = Omit<Will, "delaySecs"> & { delaySecs: number | null };

/** A proxy while it is edited; kept while none is chosen. */
type ProxyDraft = Omit<Proxy, "port"> & { port: number | null };

/** A connection while it is edited: numbers may be empty or out of range. */
export type ProfileDraft = Omit<Profile, NumberName | "will" | "proxy" | "signIn"> &
  Record<NumberName, number | null> & { will: WillDraft | null; proxy: ProxyDraft };

export function fits(value: number | null, [min, max]: readonly [number, number]): value is number {
  return value !== null && Number.isInteger(value) && value >= min && value <= max;
}

/** A last will before anything is typed. */
export function newWill(): WillDraft {
  return {
    topic: "",
    payload: "",
    payloadHex: false,
    qos: 0,
    retain: false,
    delaySecs: 0,
    expirySecs: null,
    isText: false,
    contentType: null,
    responseTopic: null,
    correlation: null,
    userProperties: [],
  };
}

/** What happens to a stored secret when this was typed in its place. */
export function changed(typed: string, keeps: boolean): PasswordChange {
  if (typed !== "") return { kind: "set", password: typed };
  return keeps ? { kind: "keep" } : { kind: "clear" };
}
