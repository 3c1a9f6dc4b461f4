import { call } from "$lib/ipc/call";
import type { RangeProblem } from "$lib/words";
import type {
  FieldProblem,
  PasswordChange,
  Profile,
  ProfileEntry,
  Subscription,
  TestStep,
  Transport,
  Will,
} from "$lib/ipc/generated";

export type SignIn = "none" | "password";

/** The port each transport has unless somebody chose another. */
export const usualPort: Record<Transport, number> = { mqtt: 1883, mqtts: 8883, ws: 8083, wss: 8084 };

const U16 = 65_535;
const U32 = 4_294_967_295;

/** What the backend's types can hold; it checks the finer limits itself. */
const ranges = {
  port: [1, U16],
  keepAliveSecs: [0, U16],
  sessionExpirySecs: [0, U32],
  receiveMaximum: [1, U16],
  maximumPacketSize: [1, U32],
  topicAliasMaximum: [0, U16],
  firstRetrySecs: [1, U32],
  longestRetrySecs: [1, U32],
} as const;

type NumberName = keyof typeof ranges;
const numberNames = Object.keys(ranges) as NumberName[];

/** A will while it is edited: its delay may be empty or nonsense. */
type WillDraft = Omit<Will, "delaySecs"> & { delaySecs: number | null };

/** A connection while it is edited: numbers may be empty or out of range. */
export type ProfileDraft = Omit<Profile, NumberName | "will"> &
  Record<NumberName, number | null> & { will: WillDraft | null };

function fits(value: number | null, [min, max]: readonly [number, number]): value is number {
  return value !== null && Number.isInteger(value) && value >= min && value <= max;
}

/** What is wrong with a field: found by the backend, or before a number can be sent to it. */
type FormProblem = { field: string; problem: FieldProblem | RangeProblem };

/** One connection being edited: what was typed, what is wrong with it, what the last test found. */
export class ProfileForm {
  draft = $state() as ProfileDraft;
  signIn = $state<SignIn>("none");
  /** The password as typed; empty keeps the stored one. */
  password = $state("");
  hasPassword = $state(false);
  /** Not saved yet. */
  fresh = $state(false);
  willOn = $state(false);
  problems = $state.raw<FormProblem[]>([]);
  steps = $state.raw<TestStep[] | null>(null);
  testedAt = $state<number | null>(null);
  busy = $state<"save" | "test" | null>(null);
  #saved = $state("");
  #base: Profile;
  #portChosen: boolean;
  #checks = 0;

  constructor(entry: ProfileEntry, fresh = false) {
    this.#base = entry.profile;
    this.fresh = fresh;
    this.draft = structuredClone(entry.profile);
    this.hasPassword = entry.hasPassword;
    this.signIn = entry.profile.username !== "" || entry.hasPassword ? "password" : "none";
    this.willOn = entry.profile.will !== null;
    this.#portChosen = entry.profile.port !== usualPort[entry.profile.transport];
    this.#saved = this.#fingerprint;
  }

  get #fingerprint(): string {
    return JSON.stringify([this.draft, this.signIn, this.password, this.willOn]);
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

  setWill(on: boolean): void {
    this.willOn = on;
    if (on && this.draft.will === null) {
      this.draft.will = { topic: "", payload: "", qos: 0, retain: false, delaySecs: 0, contentType: null };
    }
  }

  addUserProperty(): void {
    this.draft.userProperties.push({ name: "", value: "" });
  }

  addSubscription(): void {
    const subscription: Subscription = {
      enabled: true,
      filter: "",
      qos: 0,
      noLocal: false,
      retainAsPublished: true,
      retainHandling: 0,
      identifier: null,
    };
    this.draft.subscriptions.push(subscription);
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
    if (this.willOn && this.draft.will) look("will.delaySecs", this.draft.will.delaySecs, [0, U32]);
    this.draft.subscriptions.forEach((subscription, at) => {
      if (subscription.identifier !== null) {
        look(`subscriptions.${at}.identifier`, subscription.identifier, [1, 268_435_455]);
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
    return {
      ...draft,
      ...numbers,
      username: this.signIn === "none" ? "" : draft.username,
      subscriptions: draft.subscriptions.map((subscription) => ({
        ...subscription,
        identifier: fits(subscription.identifier, [1, 268_435_455]) ? subscription.identifier : null,
      })),
      will: will && { ...will, delaySecs: fits(will.delaySecs, [0, U32]) ? will.delaySecs : 0 },
    };
  }

  get #passwordChange(): PasswordChange {
    if (this.signIn === "none") return { kind: "clear" };
    return this.password === "" ? { kind: "keep" } : { kind: "set", password: this.password };
  }

  /** Asks the backend what is wrong. A later question makes this one's answer void. */
  async check(): Promise<void> {
    const check = ++this.#checks;
    const unfit = this.#unfit;
    const found = await call("profile_check", { profile: this.profile });
    if (check !== this.#checks) return;
    const fields = unfit.map((one) => one.field);
    this.problems = [...unfit, ...found.filter((one) => !fields.includes(one.field))];
  }

  problem(field: string): FormProblem["problem"] | null {
    return this.problems.find((one) => one.field === field)?.problem ?? null;
  }

  /** Saves. False if a field needs a change first. Rejects with a CommandError. */
  async save(): Promise<boolean> {
    this.busy = "save";
    try {
      await this.check();
      if (this.problems.length > 0) return false;
      const before = this.#fingerprint;
      const profile = this.profile;
      const password = this.#passwordChange;
      await call("profile_save", { profile, password });
      this.#base = profile;
      this.fresh = false;
      this.hasPassword = password.kind === "set" || (password.kind === "keep" && this.hasPassword);
      // What was typed while saving stays unsaved.
      if (before === this.#fingerprint) {
        this.password = "";
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
      await this.check();
      if (this.problems.length > 0) return false;
      this.steps = [];
      this.steps = await call("profile_test", {
        profile: this.profile,
        password: this.#passwordChange,
      });
      this.testedAt = at();
      return true;
    } catch (error) {
      this.steps = null;
      throw error;
    } finally {
      this.busy = null;
    }
  }
}
