import { call } from "$lib/ipc/call";
import { keepSecrets } from "$lib/secrets";
import { MAX_IDENTIFIER, newSubscription } from "$lib/subscription";
import type { Reason, StatusFrame, Subscription, TopicProblem } from "$lib/ipc/generated";
import { i18n } from "$lib/i18n";
import { topicText } from "$lib/words";
import { barred, merged, tooMuch } from "./wanted";

/** Where mosquitto says how many messages it retains. */
const RETAINED_COUNT = "$SYS/broker/retained messages/count";

/** The subscriptions of one connection: the form for a further one, and what is saved. */
export class Subscriptions {
  draft = $state(newSubscription());
  /** The filter that is being changed; null while a further one is typed. */
  editing = $state<string | null>(null);
  /** The options besides the QoS are shown. */
  more = $state(false);
  problem = $state.raw<TopicProblem | null>(null);
  /** The filter whose request is under way. */
  busy = $state<string | null>(null);
  error = $state.raw<unknown>(null);
  /** What the broker said when a subscription was not ended. */
  refused = $state.raw<{ filter: string; reason: Reason } | null>(null);
  /** What the connection subscribes to when connecting; null until it is read. */
  saved = $state.raw<readonly Subscription[] | null>(null);
  /** Retained messages that the broker says it has. */
  retained = $state(0);
  #checks = 0;

  constructor(
    readonly id: string,
    readonly status: () => StatusFrame | null,
  ) {}

  async load(): Promise<void> {
    try {
      this.saved = (await call("profile", { id: this.id })).profile.subscriptions;
    } catch (error) {
      this.error = error;
    }
  }

  /** Reads how much the broker retains, if it says so. */
  async measure(): Promise<void> {
    try {
      const { message } = await call("topic_frame", {
        id: this.id,
        topic: RETAINED_COUNT,
        known: null,
        look: null,
      });
      if (!message) return;
      const text = await call("message_text", { id: this.id, message: message.id, format: "text" });
      this.retained = Number(text) || 0;
    } catch {
      // Without the broker's own figure the number of known topics still warns.
      this.retained = 0;
    }
  }

  /** Which rule the typed filter breaks, in words; null while nothing is typed. */
  get wrong(): string | null {
    const { filter } = this.draft;
    if (filter === "") return null;
    if (this.problem) return topicText(this.problem);
    const { identifier } = this.draft;
    if (identifier !== null && !(identifier >= 1 && identifier <= MAX_IDENTIFIER))
      return i18n.m.errors.badIdentifier;
    return barred(filter, this.draft, this.status()?.connack ?? null);
  }

  get warning(): string | null {
    const status = this.status();
    const known = status?.subscriptions.some(({ filter }) => filter === this.draft.filter) ?? false;
    return known ? null : tooMuch(this.draft.filter, status?.topics ?? 0, this.retained);
  }

  get ready(): boolean {
    return (
      this.busy === null &&
      this.draft.filter !== "" &&
      this.wrong === null &&
      this.status()?.phase.kind === "connected"
    );
  }

  async check(): Promise<void> {
    const check = ++this.#checks;
    const topic = this.draft.filter;
    const problem = topic === "" ? null : await call("topic_check", { topic, filter: true });
    if (check === this.#checks) this.problem = problem;
  }

  edit(one: Subscription): void {
    this.draft = { ...one };
    this.editing = one.filter;
    this.more = true;
    this.problem = null;
  }

  clear(): void {
    this.draft = newSubscription();
    this.editing = null;
    this.problem = null;
  }

  /** Subscribes to what is typed. */
  async submit(): Promise<void> {
    this.error = null;
    try {
      await this.check();
    } catch (error) {
      this.error = error;
    }
    if (!this.ready || this.error !== null) return;
    if (await this.subscribe($state.snapshot(this.draft))) this.clear();
  }

  /** Subscribes, or changes the options of a filter that is subscribed to (MQTT 5, 3.8.4). */
  async subscribe(subscription: Subscription): Promise<boolean> {
    return this.#ask(subscription.filter, async () => {
      await call("topic_subscribe", { id: this.id, subscription: { ...subscription, enabled: true } });
    });
  }

  async unsubscribe(filter: string): Promise<void> {
    await this.#ask(filter, async () => {
      const reason = await call("topic_unsubscribe", { id: this.id, filter });
      if (reason.code >= 128) this.refused = { filter, reason };
    });
  }

  /** Writes what is in effect into the saved connection. */
  async keep(): Promise<boolean> {
    return this.#ask("", async () => {
      const { profile } = await call("profile", { id: this.id });
      const subscriptions = merged(profile.subscriptions, this.status()?.subscriptions ?? []);
      await call("profile_save", { profile: { ...profile, subscriptions }, secrets: keepSecrets });
      this.saved = subscriptions;
    });
  }

  async #ask(filter: string, run: () => Promise<void>): Promise<boolean> {
    if (this.busy !== null) return false;
    this.busy = filter;
    this.error = null;
    this.refused = null;
    try {
      await run();
      return true;
    } catch (error) {
      this.error = error;
      return false;
    } finally {
      this.busy = null;
    }
  }
}
