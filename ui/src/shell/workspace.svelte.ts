import { i18n } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import type { AppInfo, OpenRequest } from "$lib/ipc/generated";
import { onOpen } from "$lib/ipc/window";
import { matches } from "$lib/keys";
import { keepSecrets } from "$lib/secrets";
import { connection } from "$lib/state/connection.svelte";
import { connections } from "$lib/state/connections.svelte";
import { notices } from "$lib/state/notices.svelte";
import { settings } from "$lib/state/settings.svelte";
import { errorText } from "$lib/words";
import { editing } from "$features/connections/editing.svelte";
import { Explore } from "$features/explore/explore.svelte";
import { forgetSearch, searchOf } from "$features/history/search/search.svelte";
import { commandsOf, type Command } from "./shortcuts";

export type Tab = "explore" | "charts" | "retained" | "publish" | "history" | "session";
export const tabs: readonly Tab[] = ["explore", "charts", "retained", "publish", "history", "session"];

/** What the window shows: which screen of which connection, and what is open over and beside it. */
export class Workspace {
  info = $state.raw<AppInfo | null>(null);
  screen = $state<Tab | "connections">("connections");
  treeOpen = $state(true);
  dockOpen = $state(matchMedia("(min-width: 1200px)").matches);
  palette = $state(false);
  settingsOpen = $state(false);
  /** Messages that are to be exported, once it is said how. */
  exporting = $state.raw<{ id: string; filter: string } | null>(null);
  /** Connections whose history is read although they are refused or still on their way. */
  #browsed = $state.raw<readonly string[]>([]);
  /** What was selected in each connection is there again when the window comes back to it. */
  // Looked up, never drawn: what is drawn follows `explore`.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #explores = new Map<string, Explore>();
  readonly commands: Command[] = commandsOf(this);

  readonly explore: Explore | null = $derived(connection.id === null ? null : this.#exploreOf(connection.id));

  /** Whether the screens are drawn, or what keeps them from having anything to show. */
  readonly ready: boolean = $derived.by(() => {
    const { id, status } = connection;
    if (id === null || status === null) return false;
    if (status.phase.kind === "connected" || status.phase.kind === "offline") return true;
    if (this.#browsed.includes(id)) return true;
    // A connection that is lost goes on showing what it has; one that never stood has nothing.
    return status.phase.kind !== "refused" && status.connack !== null;
  });

  /** Shows a connection; it is not connected by that. */
  open(id: string, tab: Tab = "explore"): void {
    connection.show(id);
    this.screen = tab;
    settings.change({ lastConnection: id });
  }

  /** Shows a history file: it has no broker, its history is all there is. */
  async openFile(id: string): Promise<void> {
    await this.attempt(async () => {
      await call("connection_browse", { id });
      this.open(id);
    });
  }

  go(tab: Tab): void {
    if (connection.id !== null) this.screen = tab;
  }

  showConnections(): void {
    this.screen = "connections";
  }

  /** The form of a new connection, once what was typed in another is saved or given up. */
  newConnection(): void {
    this.screen = "connections";
    editing.leave(() => {
      connection.leave();
      void editing.create();
    });
  }

  /** The next of the open connections, in the order of the list. */
  next(): void {
    const open = (connections.rows ?? []).filter((row) => row.open);
    const at = open.findIndex((row) => row.id === connection.id);
    const next = open[(at + 1) % open.length];
    if (next && next.id !== connection.id) this.open(next.id);
  }

  async browse(id: string): Promise<void> {
    await this.attempt(async () => {
      await call("connection_browse", { id });
      this.#browsed = [...this.#browsed, id];
    });
  }

  async close(id: string): Promise<void> {
    await this.attempt(async () => {
      await call("connection_close", { id });
      this.#explores.delete(id);
      forgetSearch(id);
      this.#browsed = this.#browsed.filter((one) => one !== id);
      if (connection.id !== id) return;
      connection.leave();
      this.screen = "connections";
    });
  }

  /** Goes to a topic in Explore, and there to one of its messages. */
  async reveal(topic: string, message?: number): Promise<void> {
    this.go("explore");
    const { explore } = this;
    await explore?.tree.goTo(topic);
    if (message !== undefined && explore?.topic === topic) explore.view?.choose(message);
  }

  /** Goes to the field that searches the history. */
  searchHistory(): void {
    const { id } = connection;
    if (id === null) return;
    searchOf(id).asked = true;
    this.go("history");
  }

  publish(topic: string): void {
    this.go("explore");
    this.dockOpen = true;
    void this.explore?.tree.goTo(topic);
  }

  /** Does what the command line or a link asked for, at start and whenever Treetop is started once more. */
  async start(): Promise<void> {
    await this.attempt(async () => {
      await onOpen((request) => void this.attempt(() => this.#openAsked(request)));
      this.info = await call("app_info", {});
      await this.#openAsked(this.info.open);
    });
  }

  async #openAsked(request: OpenRequest): Promise<void> {
    if (request.kind === "demo") this.open(await call("demo_open", {}));
    else if (request.kind === "address") {
      const profile = await call("profile_from_address", { address: request.address });
      const phase = connections.rows?.find((row) => row.id === profile.id)?.phase.kind;
      if (phase !== "connected") {
        await call("profile_save", { profile, secrets: keepSecrets });
        await call("connection_connect", { id: profile.id });
      }
      this.open(profile.id);
    }
  }

  /** Runs a command and says so where it fails. */
  async attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      notices.tell(errorText(error), { bad: true });
    }
  }

  #exploreOf(id: string): Explore {
    const known = this.#explores.get(id);
    if (known) return known;
    const explore = new Explore(id, {
      publish: (topic) => this.publish(topic),
      openCharts: () => this.go("charts"),
      exportMessages: (filter) => (this.exporting = { id, filter }),
      shortcut: (event) => {
        if (!settings.now.letterShortcuts) return undefined;
        return this.commands.find(({ keys, when }) => {
          const all = keys === undefined ? [] : typeof keys === "string" ? [keys] : keys;
          return all.some((one) => matches(event, one)) && (when?.() ?? true);
        })?.run;
      },
    });
    this.#explores.set(id, explore);
    return explore;
  }

  /** The words of the status, for the switcher and the palette. */
  get connectionName(): string {
    return connection.status?.name ?? connections.row(connection.id)?.name ?? i18n.m.shell.connections;
  }
}

export const workspace = new Workspace();
