// The one table of what the keyboard does in the whole window. The palette lists the same commands, so that
// whatever has a key has a name and the other way round. What only makes sense inside one control (arrows of
// a tree, Enter of a form) is handled there.
import { tick } from "svelte";
import { i18n, type Messages } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import type { Shortcut } from "$lib/keys";
import { connection } from "$lib/state/connection.svelte";
import { forgetting } from "$lib/state/forgetting.svelte";
import { notices } from "$lib/state/notices.svelte";
import { settings } from "$lib/state/settings.svelte";
import type { Explore } from "$features/explore/explore.svelte";
import { hidePane, nextPane } from "./panes";
import type { Tab, Workspace } from "./workspace.svelte";

export interface Command {
  name: (m: Messages) => string;
  run: () => void;
  keys?: string | readonly string[];
  when?: () => boolean;
  /** Not worth a line in the palette. */
  hidden?: boolean;
}

const onButton = () => document.activeElement instanceof HTMLButtonElement;
const textSelected = () => getSelection()?.isCollapsed === false;

export function commandsOf(workspace: Workspace): Command[] {
  const opened = () => connection.id !== null;
  const exploring = () => workspace.screen === "explore" && workspace.ready;
  const online = () => connection.status?.phase.kind === "connected";
  const present = () => workspace.explore?.time.past !== true;
  const withMessage = () => exploring() && workspace.explore?.view !== null;
  const tab = (to: Tab, keys: string): Command => ({
    name: (m) => m.shell[to],
    keys,
    when: opened,
    run: () => workspace.go(to),
  });
  /** Something done with the topic or the message that is shown. */
  const inExplore = (
    name: Command["name"],
    keys: Command["keys"],
    run: (explore: Explore) => unknown,
    more: Partial<Command> = {},
  ): Command => {
    const when = more.when;
    return {
      hidden: false,
      ...more,
      name,
      ...(keys !== undefined && { keys }),
      when: () => withMessage() && (when?.() ?? true),
      run: () => {
        if (workspace.explore) run(workspace.explore);
      },
    };
  };

  /** Does something in the tree, which is shown for it. */
  async function inTree(run: (explore: Explore) => void): Promise<void> {
    workspace.treeOpen = true;
    await tick();
    if (workspace.explore) run(workspace.explore);
  }

  return [
    { name: (m) => m.shell.palette, keys: "Ctrl+K", hidden: true, run: () => (workspace.palette = true) },
    tab("explore", "Ctrl+1"),
    tab("charts", "Ctrl+2"),
    tab("retained", "Ctrl+3"),
    tab("publish", "Ctrl+4"),
    tab("history", "Ctrl+5"),
    tab("session", "Ctrl+6"),
    { name: (m) => m.shell.allConnections, run: () => workspace.showConnections() },
    { name: (m) => m.shell.newConnection, keys: "Ctrl+N", run: () => workspace.newConnection() },
    { name: (m) => m.shell.nextConnection, keys: "Ctrl+Tab", run: () => workspace.next() },
    {
      name: (m) => m.shell.connect,
      when: () => opened() && !online() && !connection.status?.recording,
      run: () => void workspace.attempt(() => call("connection_connect", { id: connection.id ?? "" })),
    },
    {
      name: (m) => m.shell.disconnect,
      when: () => opened() && connection.status?.phase.kind !== "offline",
      run: () => void workspace.attempt(() => call("connection_disconnect", { id: connection.id ?? "" })),
    },
    {
      name: (m) => m.shell.closeConnection,
      when: opened,
      run: () => void workspace.close(connection.id ?? ""),
    },
    { name: (m) => m.shell.openSettings, keys: "Ctrl+,", run: () => (workspace.settingsOpen = true) },
    {
      name: (m) => m.shell.toggleTree,
      keys: "Ctrl+B",
      when: exploring,
      run: () =>
        void (workspace.treeOpen
          ? hidePane("tree", () => (workspace.treeOpen = false))
          : inTree((explore) => explore.focusTree())),
    },
    {
      name: (m) => m.shell.togglePublish,
      keys: "Ctrl+J",
      when: exploring,
      run: () =>
        void (workspace.dockOpen
          ? hidePane("dock", () => (workspace.dockOpen = false))
          : (workspace.dockOpen = true)),
    },
    { name: (m) => m.shell.nextPane, keys: "F6", hidden: true, run: nextPane },
    { name: (m) => m.shell.zoomIn, keys: ["Ctrl++", "Ctrl+="], run: () => settings.zoomBy(1) },
    { name: (m) => m.shell.zoomOut, keys: "Ctrl+-", run: () => settings.zoomBy(-1) },
    { name: (m) => m.shell.zoomReset, keys: "Ctrl+0", run: () => settings.zoomBy(0) },
    {
      name: (m) => m.shell.undoDelete,
      keys: "Ctrl+Z",
      when: () => notices.current?.undo !== undefined,
      run: () => void notices.current?.undo?.(),
    },
    {
      name: (m) => m.shell.filterTopics,
      keys: "/",
      when: exploring,
      run: () => void inTree((explore) => explore.focusFilter()),
    },
    {
      name: (m) => m.explore.searchHistory,
      keys: "Alt+H",
      when: opened,
      run: () => workspace.searchHistory(),
    },
    {
      name: (m) => m.timeMachine.open,
      keys: "Ctrl+T",
      when: exploring,
      run: () => {
        const time = workspace.explore?.time;
        if (time) void (time.open ? time.close() : time.start());
      },
    },
    {
      name: (m) => m.timeMachine.backToLive,
      when: () => exploring() && !present(),
      run: () => void workspace.explore?.time.back(),
    },
    {
      name: (m) => m.explore.searchPayloads,
      keys: "Alt+P",
      when: exploring,
      run: () => void inTree((explore) => explore.searchPayloads()),
    },
    {
      name: (m) => m.shell.pauseTree,
      keys: "Space",
      when: () => exploring() && present() && !onButton(),
      run: () => {
        const tree = workspace.explore?.tree;
        if (tree) void tree.pause(!tree.paused);
      },
    },
    {
      name: (m) => m.treeTools.busiest,
      when: exploring,
      run: () => {
        const list = workspace.explore?.busiest;
        workspace.treeOpen = true;
        if (list) list.open = !list.open;
      },
    },
    inExplore(
      (m) => m.explore.copyTopic,
      "Ctrl+C",
      (explore) => explore.copyTopic(),
      { when: () => !textSelected() },
    ),
    inExplore(
      (m) => m.explore.copyPayload,
      "Ctrl+Shift+C",
      (explore) => explore.copyPayload(),
    ),
    inExplore(
      (m) => m.explore.savePayload,
      undefined,
      (explore) => explore.savePayload(),
    ),
    inExplore(
      (m) => m.explore.findInPayload,
      "Ctrl+F",
      (explore) => (explore.finding = true),
    ),
    inExplore(
      (m) => m.explore.loadAll,
      "L",
      (explore) => explore.view?.loadWhole(),
      {
        when: () => workspace.explore?.view?.payload?.complete === false,
      },
    ),
    inExplore(
      (m) => m.explore.addToCharts,
      "Ctrl+D",
      (explore) => explore.chart(),
    ),
    inExplore(
      (m) => m.explore.publishHere,
      "P",
      (explore) => explore.publishHere(),
      // QoS 1 and 2 wait for a connection, and the panel says what becomes of QoS 0.
      { when: present },
    ),
    inExplore(
      (m) => m.explore.showOnlyBranch,
      "F",
      (explore) => explore.showOnly(),
    ),
    inExplore(
      (m) => m.explore.clearRetained,
      "Del",
      (explore) => {
        // A key that does nothing leaves one to guess why.
        if (online()) return explore.askClear();
        notices.tell(i18n.m.errors.notConnected);
      },
      { when: present },
    ),
    inExplore(
      (m) => m.storage.forgetTopic,
      undefined,
      (explore) => explore.view && forgetting.ask(explore.id, { kind: "topic", topic: explore.view.topic }),
    ),
    inExplore(
      (m) => m.explore.markA,
      "A",
      (explore) => explore.view?.toggle("a"),
    ),
    inExplore(
      (m) => m.explore.markB,
      "B",
      (explore) => explore.view?.toggle("b"),
    ),
    inExplore(
      (m) => m.explore.compareAB,
      undefined,
      (explore) => explore.view?.compare(),
    ),
    inExplore(
      (m) => m.explore.differences,
      "D",
      (explore) => (explore.differences = !explore.differences),
    ),
    inExplore(
      (m) => m.explore.previousMessage,
      "[",
      (explore) => explore.view?.step(1),
    ),
    inExplore(
      (m) => m.explore.nextMessage,
      "]",
      (explore) => explore.view?.step(-1),
    ),
    {
      name: (m) => m.common.close,
      keys: "Esc",
      hidden: true,
      when: exploring,
      run: () => workspace.explore?.back(),
    },
  ];
}

/** The commands that have keys, for the dispatcher. */
export function shortcutsOf(commands: readonly Command[]): Shortcut[] {
  return commands.flatMap(({ keys, run, when }) =>
    keys === undefined ? [] : [{ keys, run, ...(when && { when }) }],
  );
}
