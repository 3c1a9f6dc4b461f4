import { call } from "$lib/ipc/call";
import type {
  Connack,
  Draft,
  InputFormat,
  PayloadProblem,
  Sent,
  TopicProblem,
  UserProperty,
} from "$lib/ipc/generated";

const LONGEST_EXPIRY = 4_294_967_295;
const SENT_SHOWN = 50;

/** The number of bytes of a text in UTF-8. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Bytes that a length takes as a variable byte integer (MQTT 5, 1.5.5). */
function lengthBytes(value: number): number {
  return value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
}

/** The message being written for one connection, and what was sent. */
export class Composer {
  topic = $state("");
  payload = $state("");
  format = $state<InputFormat>("json");
  qos = $state(0);
  retain = $state(false);
  contentType = $state("");
  payloadFormat = $state<number | null>(null);
  expirySecs = $state<number | null>(null);
  responseTopic = $state("");
  correlation = $state("");
  correlationHex = $state(false);
  user = $state<UserProperty[]>([]);

  topicProblem = $state.raw<TopicProblem | null>(null);
  responseProblem = $state.raw<TopicProblem | null>(null);
  payloadProblem = $state.raw<PayloadProblem | null>(null);
  payloadBytes = $state(0);
  busy = $state(false);
  /** The answer to the message sent last. */
  answer = $state.raw<Sent | null>(null);
  error = $state.raw<unknown>(null);
  sent = $state.raw<Sent[]>([]);
  /** The topic was typed, so choosing another in the tree leaves it alone. */
  #typed = false;
  #topicChecks = 0;
  #responseChecks = 0;
  #payloadChecks = 0;

  constructor(readonly id: string) {}

  /** Fills in the topic chosen elsewhere, unless another was typed. */
  suggest(topic: string): void {
    if (!this.#typed) this.topic = topic;
  }

  typeTopic(topic: string): void {
    this.topic = topic;
    this.#typed = topic !== "";
  }

  /** Takes over a whole message, such as one that was sent before. */
  fill(draft: Draft): void {
    this.typeTopic(draft.topic);
    this.payload = draft.payload;
    this.format = draft.format;
    this.qos = draft.qos;
    this.retain = draft.retain;
    const { properties } = draft;
    this.contentType = properties.contentType ?? "";
    this.payloadFormat = properties.payloadFormat;
    this.expirySecs = properties.expirySecs;
    this.responseTopic = properties.responseTopic ?? "";
    this.correlation = properties.correlation?.text ?? "";
    this.correlationHex = properties.correlation?.hex ?? false;
    this.user = properties.user.map((pair) => ({ ...pair }));
    this.answer = null;
    this.error = null;
  }

  clearProperties(): void {
    this.contentType = "";
    this.payloadFormat = null;
    this.expirySecs = null;
    this.responseTopic = "";
    this.correlation = "";
    this.user = [];
  }

  addUserProperty(): void {
    this.user.push({ name: "", value: "" });
  }

  get draft(): Draft {
    return {
      topic: this.topic,
      payload: this.payload,
      format: this.format,
      qos: this.qos,
      retain: this.retain,
      properties: {
        contentType: this.contentType === "" ? null : this.contentType,
        payloadFormat: this.payloadFormat,
        expirySecs: this.expirySecs,
        responseTopic: this.responseTopic === "" ? null : this.responseTopic,
        correlation: this.correlation === "" ? null : { text: this.correlation, hex: this.correlationHex },
        user: $state.snapshot(this.user),
      },
    };
  }

  /** How many properties are set. */
  get propertyCount(): number {
    const { properties } = this.draft;
    const single = [
      properties.contentType,
      properties.payloadFormat,
      properties.expirySecs,
      properties.responseTopic,
      properties.correlation,
    ];
    return single.filter((one) => one !== null).length + properties.user.length;
  }

  get correlationBytes(): number | null {
    if (!this.correlationHex) return bytesOf(this.correlation);
    const digits = this.correlation.replaceAll(/\s/g, "");
    return /^([0-9a-f]{2})*$/i.test(digits) ? digits.length / 2 : null;
  }

  get expiryWrong(): boolean {
    const secs = this.expirySecs;
    return secs !== null && !(Number.isInteger(secs) && secs >= 0 && secs <= LONGEST_EXPIRY);
  }

  /** Bytes of each part of the PUBLISH packet as it goes out (MQTT 5, 3.3), without a topic alias. */
  get packet(): { header: number; topic: number; properties: number; payload: number; total: number } {
    const topic = 2 + bytesOf(this.topic);
    const text = (value: string) => (value === "" ? 0 : 3 + bytesOf(value));
    let properties = text(this.contentType) + text(this.responseTopic);
    if (this.payloadFormat !== null) properties += 2;
    if (this.expirySecs !== null) properties += 5;
    if (this.correlation !== "") properties += 3 + (this.correlationBytes ?? 0);
    for (const pair of this.user) properties += 5 + bytesOf(pair.name) + bytesOf(pair.value);
    properties += lengthBytes(properties);
    const number = this.qos > 0 ? 2 : 0;
    const body = topic + number + properties + this.payloadBytes;
    const header = 1 + lengthBytes(body) + number;
    return { header, topic, properties, payload: this.payloadBytes, total: body + header - number };
  }

  /** The broker said that it does not take this QoS or retain; sending would end the connection. */
  barred(connack: Connack | null): boolean {
    return connack !== null && (this.qos > connack.maximumQos || (this.retain && !connack.retainAvailable));
  }

  async checkTopic(): Promise<void> {
    const check = ++this.#topicChecks;
    const problem = await call("topic_check", { topic: this.topic, filter: false });
    if (check === this.#topicChecks) this.topicProblem = problem;
  }

  async checkResponse(): Promise<void> {
    const check = ++this.#responseChecks;
    const problem =
      this.responseTopic === ""
        ? null
        : await call("topic_check", { topic: this.responseTopic, filter: false });
    if (check === this.#responseChecks) this.responseProblem = problem;
  }

  async checkPayload(): Promise<void> {
    const check = ++this.#payloadChecks;
    const answer = await call("payload_check", { payload: this.payload, format: this.format });
    if (check !== this.#payloadChecks) return;
    this.payloadProblem = answer.problem;
    this.payloadBytes = answer.bytes;
  }

  /** Lays valid JSON out over lines, without changing a number or the order of its keys. */
  pretty(): void {
    if (this.format === "json" && this.payloadProblem === null) this.payload = layOut(this.payload);
  }

  /** Nothing stands in the way of publishing. */
  get ready(): boolean {
    return (
      !this.busy &&
      this.topic !== "" &&
      this.topicProblem === null &&
      this.responseProblem === null &&
      this.payloadProblem === null &&
      !this.expiryWrong &&
      this.correlationBytes !== null
    );
  }

  async publish(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = null;
    this.answer = null;
    try {
      await Promise.all([this.checkTopic(), this.checkResponse(), this.checkPayload()]);
      this.busy = false;
      if (!this.ready) return;
      this.busy = true;
      this.answer = await call("publish", { id: this.id, draft: this.draft });
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
    await this.loadSent();
  }

  async loadSent(): Promise<void> {
    try {
      this.sent = await call("sent", { id: this.id, limit: SENT_SHOWN });
    } catch (error) {
      this.error ??= error;
    }
  }
}

/**
 * Lays JSON out with two spaces a level. It moves white space only: numbers such as 1.0 or 12345678901234567890
 * stay as they were typed, which parsing and printing would not guarantee.
 */
export function layOut(json: string): string {
  let out = "";
  let depth = 0;
  const line = () => "\n" + "  ".repeat(depth);
  // A string, a mark, or a run of anything that is neither nor white space.
  const parts = json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g) ?? [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] as string;
    if (part === "{" || part === "[") {
      const close = part === "{" ? "}" : "]";
      if (parts[at + 1] === close) {
        out += part + close;
        at++;
      } else {
        depth++;
        out += part + line();
      }
    } else if (part === "}" || part === "]") {
      depth = Math.max(0, depth - 1);
      out += line() + part;
    } else if (part === ",") out += part + line();
    else if (part === ":") out += ": ";
    else out += part;
  }
  return out;
}

const composers: Partial<Record<string, Composer>> = {};

/** The message of a connection: the same in the dock and on the screen, until the window is closed. */
export function composer(id: string): Composer {
  return (composers[id] ??= new Composer(id));
}
