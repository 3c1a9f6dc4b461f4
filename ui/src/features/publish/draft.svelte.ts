import { call } from "$lib/ipc/call";
import type {
  Connack,
  Draft,
  FieldProblem,
  InputFormat,
  PayloadProblem,
  Sent,
  SentFrame,
  TopicProblem,
  UserProperty,
  WhileOffline,
} from "$lib/ipc/generated";
import { Poll } from "$lib/state/poll";
import { layOut } from "./layOut";
import { packetBytes, type PacketBytes } from "./packet";
import { correlationBytes, sizeProblem, textProblem } from "./property";

const LONGEST_EXPIRY = 4_294_967_295;

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
  /** Without a connection, a QoS 1 or 2 message is kept and sent later. */
  keep = $state(true);

  topicProblem = $state.raw<TopicProblem | null>(null);
  responseProblem = $state.raw<TopicProblem | null>(null);
  payloadProblem = $state.raw<PayloadProblem | null>(null);
  payloadBytes = $state(0);
  busy = $state(false);
  error = $state.raw<unknown>(null);
  /** What was published, as the backend last told. */
  frame = $state.raw<SentFrame | null>(null);
  #last = $state.raw<Sent | null>(null);
  /** The topic was typed, so choosing another in the tree leaves it alone. */
  #typed = false;
  #topicChecks = 0;
  #responseChecks = 0;
  #payloadChecks = 0;
  /** Why something could not be checked; gone once it can be. */
  #unchecked: unknown = null;
  readonly #poll = new Poll<SentFrame>(
    () => call("sent", { id: this.id, revision: this.frame?.revision ?? 0 }),
    (frame) => (this.frame = frame),
    (error) => (this.error ??= error),
  );

  constructor(readonly id: string) {}

  /** Keeps what was sent up to date until the function it answers is called. */
  follow(): () => void {
    return this.#poll.start();
  }

  get sent(): readonly Sent[] {
    return this.frame?.sent ?? [];
  }

  /** What became of the message sent last. */
  get answer(): Sent | null {
    const last = this.#last;
    return last && (this.sent.find((sent) => sent.id === last.id) ?? last);
  }

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
    this.#last = null;
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
    return correlationBytes({ text: this.correlation, hex: this.correlationHex });
  }

  get correlationProblem(): FieldProblem | null {
    const bytes = this.correlationBytes;
    return bytes === null ? { kind: "notHex" } : sizeProblem(bytes);
  }

  get contentTypeProblem(): FieldProblem | null {
    return textProblem(this.contentType);
  }

  /** Nothing is wrong with a property, as far as that is known. */
  get propertiesReady(): boolean {
    return (
      this.contentTypeProblem === null &&
      this.responseProblem === null &&
      this.correlationProblem === null &&
      !this.expiryWrong &&
      this.user.every(({ name, value }) => textProblem(name) === null && textProblem(value) === null)
    );
  }

  get expiryWrong(): boolean {
    const secs = this.expirySecs;
    return secs !== null && !(Number.isInteger(secs) && secs >= 0 && secs <= LONGEST_EXPIRY);
  }

  get packet(): PacketBytes {
    return packetBytes(this.draft, this.payloadBytes);
  }

  /** The broker said that it does not take this QoS or retain; sending would end the connection. */
  barred(connack: Connack | null): boolean {
    return connack !== null && (this.qos > connack.maximumQos || (this.retain && !connack.retainAvailable));
  }

  /** A check that could not be made, which is not to say that anything is wrong with what was typed. */
  notChecked(error: unknown): void {
    this.error = error;
    this.#unchecked = error;
  }

  #checked(): void {
    if (this.#unchecked !== null && this.error === this.#unchecked) this.error = null;
    this.#unchecked = null;
  }

  async checkTopic(): Promise<void> {
    const check = ++this.#topicChecks;
    const problem = await call("topic_check", { topic: this.topic, filter: false });
    if (check !== this.#topicChecks) return;
    this.topicProblem = problem;
    this.#checked();
  }

  async checkResponse(): Promise<void> {
    const check = ++this.#responseChecks;
    const problem =
      this.responseTopic === ""
        ? null
        : await call("topic_check", { topic: this.responseTopic, filter: false });
    if (check !== this.#responseChecks) return;
    this.responseProblem = problem;
    this.#checked();
  }

  async checkPayload(): Promise<void> {
    const check = ++this.#payloadChecks;
    const answer = await call("payload_check", { payload: this.payload, format: this.format });
    if (check !== this.#payloadChecks) return;
    this.payloadProblem = answer.problem;
    this.payloadBytes = answer.bytes;
    this.#checked();
  }

  /** Lays valid JSON out over lines, without changing a number or the order of its keys. */
  pretty(): void {
    if (this.format === "json" && this.payloadProblem === null) this.payload = layOut(this.payload);
  }

  /** Without a connection the message would be kept, not refused. */
  get waits(): boolean {
    return this.keep && this.qos > 0;
  }

  /** What to say while there is no connection. */
  get offlineWords(): "offlineQos0" | "notConnected" | "offlineKept" | "offlineInMemory" {
    if (this.qos === 0) return "offlineQos0";
    if (!this.keep) return "notConnected";
    return this.frame?.keeps === false ? "offlineInMemory" : "offlineKept";
  }

  /** Nothing stands in the way of publishing. */
  get ready(): boolean {
    return (
      !this.busy &&
      this.topic !== "" &&
      this.topicProblem === null &&
      this.payloadProblem === null &&
      this.propertiesReady
    );
  }

  async publish(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.error = null;
    this.#last = null;
    try {
      await Promise.all([this.checkTopic(), this.checkResponse(), this.checkPayload()]);
      this.busy = false;
      if (!this.ready) return;
      this.busy = true;
      this.#last = await call("publish", { id: this.id, draft: this.draft, offline: this.#offline });
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }

  get #offline(): WhileOffline {
    return this.keep ? "keep" : "refuse";
  }

  /** Fills the form with a message that was published; nothing is sent by that. */
  async useAgain(sent: Sent): Promise<void> {
    await this.#try(async () => this.fill(await call("sent_draft", { id: this.id, sent: sent.id })));
  }

  /** Publishes a message once more, as it was. */
  async sendAgain(sent: Sent): Promise<void> {
    await this.#try(async () => {
      const draft = await call("sent_draft", { id: this.id, sent: sent.id });
      this.#last = await call("publish", { id: this.id, draft, offline: this.#offline });
    });
  }

  /** Takes back a message that waits; one that is under way by now shows that by itself. */
  async takeBack(sent: Sent): Promise<void> {
    await this.#try(async () => {
      const taken = await call("sent_cancel", { id: this.id, sent: sent.id });
      if (taken && this.#last?.id === sent.id) this.#last = null;
    });
  }

  async #try(action: () => Promise<void>): Promise<void> {
    this.error = null;
    try {
      await action();
    } catch (error) {
      this.error = error;
    }
  }
}

const composers: Partial<Record<string, Composer>> = {};

/** The message of a connection: the same in the dock and on the screen, until the window is closed. */
export function composer(id: string): Composer {
  return (composers[id] ??= new Composer(id));
}
