import { call } from "$lib/ipc/call";
import { MAX_IDENTIFIER, newSubscription } from "$lib/subscription";
import type { RangeProblem } from "$lib/words";
import type {
  FieldProblem,
  PasswordChange,
  Profile,
  ProfileEntry,
  SecretChanges,
  Step,
  TestStep,
  Transport,
} from "$lib/ipc/generated";
import {
  changed,
  fits,
  HOUR,
  newWill,
  numberNames,
  proxyPort,
  ranges,
  U16,
  U32,
  usualPort,
  type Expiry,
  type NumberName,
  type ProfileDraft,
  type ProxyChoice,
} from "./draft";
import { SignInDraft } from "./signIn.svelte";

/** What is wrong with a field: found by the backend, or before a number can be sent to it. */
type FormProblem = { field: string; problem: FieldProblem | RangeProblem };

/** One connection being edited: what was typed, what is wrong with it, what the last test found. */
export class ProfileForm {
  draft = $state() as ProfileDraft;
  readonly signIn: SignInDraft;
  keyPassphrase = $state("");
  hasKeyPassphrase = $state(false);
  proxyChoice = $state<ProxyChoice>("none");
  proxyPassword = $state("");
  hasProxyPassword = $state(false);
  /** Not saved yet. */
  fresh = $state(false);
  willOn = $state(false);
  problems = $state.raw<FormProblem[]>([]);
  steps = $state.raw<TestStep[] | null>(null);
  /** The step of the test that is under way. */
  running = $state<Step | null>(null);
  testedAt = $state<number | null>(null);
  busy = $state<"save" | "test" | null>(null);
  #saved = $state("");
  #base: Profile;
  #portChosen: boolean;
  #checks = 0;

  constructor(entry: ProfileEntry, fresh = false) {
    this.#base = entry.profile;
    this.fresh = fresh;
    const { signIn, ...rest } = structuredClone(entry.profile);
    const proxy = rest.proxy ?? { kind: "http", host: "", port: proxyPort.http, username: "" };
    this.draft = { ...rest, proxy };
    this.proxyChoice = rest.proxy?.kind ?? "none";
    this.signIn = new SignInDraft(signIn, rest.username, entry.hasPassword);
    this.hasKeyPassphrase = entry.hasKeyPassphrase;
    this.hasProxyPassword = entry.hasProxyPassword;
    this.willOn = entry.profile.will !== null;
    this.#portChosen = entry.profile.port !== usualPort[entry.profile.transport];
    this.#saved = this.#fingerprint;
  }

  /** Everything typed that the backend checks; grows another with each change. */
  get typed(): string {
    return JSON.stringify([this.draft, this.signIn.typed, this.willOn, this.proxyChoice]);
  }

  get #fingerprint(): string {
    return JSON.stringify([this.typed, this.signIn.secret, this.keyPassphrase, this.proxyPassword]);
  }

  /** Something typed is not saved. */
  get dirty(): boolean {
    return this.fresh || this.#fingerprint !== this.#saved;
  }

  get secure(): boolean {
    return this.draft.transport === "mqtts" || this.draft.transport === "wss";
  }

  get webSocket(): boolean {
    return this.draft.transport === "ws" || this.draft.transport === "wss";
  }

  /** Changes the transport; the port follows until it was typed. */
  setTransport(transport: Transport): void {
    this.draft.transport = transport;
    if (!this.#portChosen) this.draft.port = usualPort[transport];
  }

  /** Somebody typed a port. */
  choosePort(port: number | null): void {
    this.draft.port = port;
    this.#portChosen = port !== null && port !== usualPort[this.draft.transport];
  }

  chooseProxy(choice: ProxyChoice): void {
    const { proxy } = this.draft;
    const followed = proxy.port === null || proxy.port === proxyPort[proxy.kind];
    this.proxyChoice = choice;
    if (choice === "none") return;
    proxy.kind = choice;
    if (followed) proxy.port = proxyPort[choice];
  }

  get expiry(): Expiry {
    const seconds = this.draft.sessionExpirySecs;
    return seconds === 0 ? "atOnce" : seconds === U32 ? "never" : "after";
  }

  chooseExpiry(expiry: Expiry): void {
    this.draft.sessionExpirySecs = { atOnce: 0, after: HOUR, never: U32 }[expiry];
  }

  /** A property of the last will is set. */
  get willUsed(): boolean {
    const { will } = this.draft;
    if (!will) return false;
    const { contentType, expirySecs, responseTopic, correlation, isText, userProperties } = will;
    return (
      [contentType, expirySecs, responseTopic, correlation].some((one) => one !== null) ||
      isText ||
      userProperties.length > 0
    );
  }

  setWill(on: boolean): void {
    this.willOn = on;
    if (on && this.draft.will === null) {
      this.draft.will = newWill();
    }
  }

  addUserProperty(): void {
    this.draft.userProperties.push({ name: "", value: "" });
  }

  addSubscription(): void {
    this.draft.subscriptions.push(newSubscription());
  }

  /** What is wrong because the backend's types could not hold it. */
  get #unfit(): FormProblem[] {
    const found: FormProblem[] = [];
    const look = (field: string, value: number | null, range: readonly [number, number]) => {
      if (!fits(value, range)) {
        found.push({ field, problem: { kind: "range", min: range[0], max: range[1] } });
      }
    };
    for (const name of numberNames) look(name, this.draft[name], ranges[name]);
    if (this.willOn && this.draft.will) {
      const { delaySecs, expirySecs } = this.draft.will;
      look("will.delaySecs", delaySecs, [0, U32]);
      if (expirySecs !== null) look("will.expirySecs", expirySecs, [0, U32]);
    }
    if (this.proxyChoice !== "none") look("proxy.port", this.draft.proxy.port, [1, U16]);
    if (this.signIn.lacksToken) {
      found.push({ field: "password", problem: { kind: "empty" } });
    }
    this.draft.subscriptions.forEach((subscription, at) => {
      if (subscription.identifier !== null) {
        look(`subscriptions.${at}.identifier`, subscription.identifier, [1, MAX_IDENTIFIER]);
      }
    });
    return found;
  }

  /** The connection as the backend takes it. Numbers it could not hold keep their last saved value. */
  get profile(): Profile {
    const draft = $state.snapshot(this.draft) as ProfileDraft;
    const numbers = Object.fromEntries(
      numberNames.map((name) => {
        const value = draft[name];
        return [name, fits(value, ranges[name]) ? value : this.#base[name]];
      }),
    ) as Record<NumberName, number>;
    const will = this.willOn ? draft.will : null;
    const { proxy } = draft;
    const port = fits(proxy.port, [1, U16]) ? proxy.port : proxyPort[proxy.kind];
    return {
      ...draft,
      ...numbers,
      username: this.signIn.way === "none" ? "" : draft.username,
      signIn: this.signIn.asSaved,
      proxy: this.proxyChoice === "none" ? null : { ...proxy, port },
      subscriptions: draft.subscriptions.map((subscription) => ({
        ...subscription,
        identifier: fits(subscription.identifier, [1, MAX_IDENTIFIER]) ? subscription.identifier : null,
      })),
      will: will && {
        ...will,
        delaySecs: fits(will.delaySecs, [0, U32]) ? will.delaySecs : 0,
        expirySecs: fits(will.expirySecs, [0, U32]) ? will.expirySecs : null,
      },
    };
  }

  get #secrets(): SecretChanges {
    const proxied = this.proxyChoice !== "none" && this.draft.proxy.username !== "";
    return {
      signIn: this.signIn.change,
      key: changed(this.keyPassphrase, this.draft.clientCertFile !== null),
      proxy: proxied ? changed(this.proxyPassword, true) : { kind: "clear" },
    };
  }

  /** Reads the token from where it is, as a try to connect would. */
  async lookAtToken(): Promise<void> {
    await this.signIn.look(this.profile);
  }

  /**
   * Asks the backend what is wrong. The answer to a later question is the one that is shown; whoever asked gets
   * their own.
   */
  async check(): Promise<FormProblem[]> {
    const check = ++this.#checks;
    const unfit = this.#unfit;
    const found = await call("profile_check", { profile: this.profile });
    const fields = unfit.map((one) => one.field);
    const problems = [...unfit, ...found.filter((one) => !fields.includes(one.field))];
    if (check === this.#checks) this.problems = problems;
    return problems;
  }

  problem(field: string): FormProblem["problem"] | null {
    return this.problems.find((one) => one.field === field)?.problem ?? null;
  }

  /** Saves. False if a field needs a change first. Rejects with a CommandError. */
  async save(): Promise<boolean> {
    this.busy = "save";
    try {
      if ((await this.check()).length > 0) return false;
      const before = this.#fingerprint;
      const profile = this.profile;
      const secrets = this.#secrets;
      await call("profile_save", { profile, secrets });
      this.#base = profile;
      this.fresh = false;
      const stays = (change: PasswordChange, had: boolean) =>
        change.kind === "set" || (change.kind === "keep" && had);
      this.signIn.saved(profile.signIn, stays(secrets.signIn, this.signIn.stored !== null));
      this.hasKeyPassphrase = stays(secrets.key, this.hasKeyPassphrase);
      this.hasProxyPassword = stays(secrets.proxy, this.hasProxyPassword);
      // What was typed while saving stays unsaved.
      if (before === this.#fingerprint) {
        this.signIn.forgetTyped();
        this.keyPassphrase = this.proxyPassword = "";
        this.#saved = this.#fingerprint;
      } else {
        this.#saved = before;
      }
      return true;
    } finally {
      this.busy = null;
    }
  }

  /** Tests what is typed, saved or not. False if a field needs a change first. */
  async test(at: () => number): Promise<boolean> {
    this.busy = "test";
    try {
      if ((await this.check()).length > 0) return false;
      this.steps = [];
      const test = await call("profile_test", { profile: this.profile, secrets: this.#secrets });
      for (let revision = 0, over = false; !over;) {
        const frame = await call("profile_test_frame", { test, revision });
        this.steps = frame.steps;
        this.running = frame.running;
        ({ revision, over } = frame);
      }
      this.testedAt = at();
      return true;
    } catch (error) {
      this.steps = null;
      throw error;
    } finally {
      this.running = null;
      this.busy = null;
    }
  }
}
