// What can be done with a row of the tree, as its menu offers it.
import ChartLine from "@lucide/svelte/icons/chart-line";
import Copy from "@lucide/svelte/icons/copy";
import Download from "@lucide/svelte/icons/download";
import HistoryIcon from "@lucide/svelte/icons/history";
import ListFilter from "@lucide/svelte/icons/list-filter";
import PinOff from "@lucide/svelte/icons/pin-off";
import Rss from "@lucide/svelte/icons/rss";
import Send from "@lucide/svelte/icons/send";
import type { MenuEntry } from "$lib/components/menu";
import { i18n } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import type { TreeRow } from "$lib/ipc/generated";
import { connection } from "$lib/state/connection.svelte";
import { forgetting } from "$lib/state/forgetting.svelte";
import { notices } from "$lib/state/notices.svelte";
import { newSubscription } from "$lib/subscription";
import type { Explore } from "./explore.svelte";
import { topicText } from "./segment";

/** What can be done with a row, in the order of the menu. */
export function rowMenu(explore: Explore, row: TreeRow): MenuEntry[] {
  const { m } = i18n;
  const words = m.explore;
  const online = connection.status?.phase.kind === "connected" && !explore.time.past;
  const filter = subscriptionOf(row.topic);
  const branch: MenuEntry[] = row.hasChildren
    ? [
        {
          kind: "item",
          label: words.openBranch,
          keys: "*",
          run: () => void explore.tree.expand(row, true, true),
        },
        { kind: "item", label: words.closeBranch, run: () => void explore.tree.expand(row, false, true) },
      ]
    : [];
  return [
    { kind: "head", text: topicText(row.topic), mono: true },
    ...(explore.time.past ? [{ kind: "head" as const, text: i18n.m.timeMachine.actsOnNow }] : []),
    {
      kind: "item",
      label: words.copyTopic,
      icon: Copy,
      keys: "Ctrl+C",
      run: () => void explore.copyTopic(row.topic),
    },
    {
      kind: "item",
      label: words.publishHere,
      icon: Send,
      keys: "P",
      disabled: !online,
      run: () => explore.publishHere(row.topic),
    },
    {
      kind: "item",
      label: words.chartValue,
      icon: ChartLine,
      keys: "Ctrl+D",
      run: () => void explore.chart(),
    },
    { kind: "line" },
    ...branch,
    {
      kind: "item",
      label: words.showOnlyBranch,
      icon: ListFilter,
      keys: "F",
      run: () => void explore.showOnly(row),
    },
    filter === undefined
      ? {
          kind: "item",
          label: words.subscribeBranch,
          icon: Rss,
          disabled: !online,
          run: () => void subscribe(explore, row.topic),
        }
      : {
          kind: "item",
          label: words.unsubscribeBranch,
          icon: Rss,
          disabled: !online,
          run: () => void unsubscribe(explore, filter),
        },
    {
      kind: "item",
      label: row.hasChildren ? m.recording.exportBranch : m.recording.exportTopic,
      icon: Download,
      run: () => explore.exportMessages(row.hasChildren ? `${row.topic}/#` : row.topic),
    },
    { kind: "line" },
    {
      kind: "item",
      label: words.clearRetained,
      icon: PinOff,
      keys: "Del",
      danger: true,
      disabled: !online,
      run: () => void explore.askClear(row.topic),
    },
    {
      kind: "item",
      label: row.hasChildren ? m.storage.forgetBranch : m.storage.forgetTopic,
      icon: HistoryIcon,
      danger: true,
      run: () =>
        void forgetting.ask(explore.id, { kind: row.hasChildren ? "branch" : "topic", topic: row.topic }),
    },
  ];
}

/** The subscription that is exactly this topic and what is below it. */
function subscriptionOf(topic: string): string | undefined {
  const filters = connection.status?.subscriptions ?? [];
  return filters.find(({ filter, reason }) => reason.code < 128 && filter === `${topic}/#`)?.filter;
}

async function subscribe(explore: Explore, topic: string): Promise<void> {
  const filter = `${topic}/#`;
  await explore.attempt(async () => {
    const { reason } = await call("topic_subscribe", {
      id: explore.id,
      subscription: newSubscription(filter),
    });
    const { m } = i18n;
    const refused = reason.code >= 128;
    notices.tell(
      refused
        ? m.explore.brokerRefuses({ filter, code: reason.code, name: reason.name })
        : m.explore.subscribed({ filter }),
      { bad: refused },
    );
  });
}

async function unsubscribe(explore: Explore, filter: string): Promise<void> {
  await explore.attempt(async () => {
    await call("topic_unsubscribe", { id: explore.id, filter });
    notices.tell(i18n.m.explore.unsubscribed({ filter }));
  });
}
