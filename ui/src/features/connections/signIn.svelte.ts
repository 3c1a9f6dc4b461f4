import { call } from "$lib/ipc/call";
import type { PasswordChange, Profile, SignIn, TokenInfo } from "$lib/ipc/generated";
import { changed } from "./draft";

export type SignInWay = "none" | "password" | "token";
export type TokenFrom = "typed" | "file" | "command";

const unread = { info: null, error: null, busy: false };

const secretOf = (signIn: SignIn) => (signIn.kind === "token" ? "token" : "password");

/** How a connection signs in while that is edited. Its user name is the connection's, whichever way it is. */
export class SignInDraft {
  way = $state<SignInWay>("none");
  /** The password as typed; empty keeps the stored one. */
  password = $state("");
  tokenFrom = $state<TokenFrom>("typed");
  tokenText = $state("");
  tokenPath = $state("");
  tokenCommand = $state("");
  /** What the token says about itself, as far as it was looked at. */
  token = $state.raw<{ info: TokenInfo | null; error: unknown; busy: boolean }>(unread);
  /** What the stored secret is: a password never goes out as a token, nor the other way round. */
  stored = $state<"password" | "token" | null>(null);
  #looks = 0;

  constructor(signIn: SignIn, username: string, isStored: boolean) {
    this.saved(signIn, isStored);
    if (signIn.kind === "password") {
      this.way = username !== "" || isStored ? "password" : "none";
      return;
    }
    this.way = "token";
    if (signIn.kind === "tokenFile") {
      this.tokenFrom = "file";
      this.tokenPath = signIn.path;
    } else if (signIn.kind === "tokenCommand") {
      this.tokenFrom = "command";
      this.tokenCommand = signIn.command;
    }
  }

  /** What is typed that the backend checks; of a secret only whether there is one. */
  get typed(): unknown[] {
    return [this.way, this.tokenFrom, this.tokenPath, this.tokenCommand, this.tokenText === ""];
  }

  get secret(): unknown[] {
    return [this.password, this.tokenText];
  }

  get #tokenIsTyped(): boolean {
    return this.way === "token" && this.tokenFrom === "typed";
  }

  get lacksToken(): boolean {
    return this.#tokenIsTyped && this.tokenText === "" && this.stored !== "token";
  }

  /** As the backend takes it. */
  get asSaved(): SignIn {
    if (this.way !== "token") return { kind: "password" };
    switch (this.tokenFrom) {
      case "typed":
        return { kind: "token" };
      case "file":
        return { kind: "tokenFile", path: this.tokenPath };
      case "command":
        return { kind: "tokenCommand", command: this.tokenCommand };
    }
  }

  /** What becomes of the stored secret. */
  get change(): PasswordChange {
    if (this.way === "password") return changed(this.password, this.stored === "password");
    if (this.#tokenIsTyped) return changed(this.tokenText, this.stored === "token");
    return { kind: "clear" };
  }

  /** It was saved, with a secret or without. */
  saved(signIn: SignIn, isStored: boolean): void {
    this.stored = isStored ? secretOf(signIn) : null;
  }

  forgetTyped(): void {
    this.password = this.tokenText = "";
  }

  forgetToken(): void {
    this.#looks++;
    this.token = unread;
  }

  /** Reads the token from where it is; only the answer to the last look is shown. */
  async look(profile: Profile): Promise<void> {
    const look = ++this.#looks;
    this.token = { ...this.token, busy: true };
    const found = await call("profile_token", { profile, secret: this.change }).then(
      (info) => ({ info, error: null, busy: false }),
      (error: unknown) => ({ info: null, error, busy: false }),
    );
    if (look === this.#looks) this.token = found;
  }
}
