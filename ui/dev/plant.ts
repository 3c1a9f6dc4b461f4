// An invented plant behind the commands that the window and the Explore screen use.
import type { Commands } from "../src/lib/ipc/generated";

import { start, wait, type Answers } from "./backend";
import { decoders } from "./decoders";
import * as messages from "./messages";
import * as packets from "./packets";
import * as searches from "./search";
import { status } from "./status";
import * as storage from "./storage";
import * as stream from "./stream";
import * as tree from "./tree";

type Args = Record<string, never>;
interface Look {
  theme: "light" | "dark";
  language: "en" | "ko";
  scene: string;
}

/** Answers one command; what is not known here fails as the backend would. */
export function plant({ theme, language, scene }: Look): (command: string, args: Args) => Promise<unknown> {
  const answers: Answers = {
    app_info: () => ({
      version: "0.1.0",
      platform: "linux",
      secrets: { kind: "keyring" },
      dataFolder: "~/.local/share/treetop",
      open: { kind: "demo" },
    }),
    settings: () => ({
      theme,
      language,
      panes: {},
      letterShortcuts: true,
      reduceMotion: false,
      comfortable: false,
      zoom: 100,
      lastConnection: null,
    }),
    settings_save: () => null,
    demo_open: () => "plant",
    connections: async ({ revision: known }) => {
      if (known > 0) await wait(1000);
      const { phase } = status(scene);
      const row = {
        id: "plant",
        name: "Plant 7 dev",
        address: "mqtts://mqtt.plant7.example:8883",
        demo: false,
        recording: null,
        unverified: false,
        steps: ["resolve", "tcp", "tls", "connack"],
        phase,
      };
      return {
        revision: 1,
        connections: [{ ...row, open: true, lastConnected: start, pingMillis: 4, historyBytes: 214_000_000 }],
      };
    },
    status: async ({ revision: known }) => {
      if (known > 0) await wait(500);
      return status(scene);
    },
    ...tree.answers(scene),
    ...messages.answers(scene),
    decoders: () => decoders,
    decoders_save: ({ rules }) => ({ ...decoders, rules }),
    schema_add: () => decoders,
    schema_remove: () => ({ ...decoders, schemas: [] }),
    series_add: ({ topic, path }) => ({ id: 1, topic, path, unit: null, style: 0, hidden: false }),
    retained_delete: () => 4,
    retained_undo: () => 5,
    sent: () => new Promise(() => {}),
    ...stream.answers,
    search_start: ({ query }) => searches.begin(query),
    search_frame: async ({ window }) => {
      if (window.revision > 0) await wait(200);
      return searches.frame(window);
    },
    search_stop: () => searches.order(true),
    search_go_on: () => searches.order(false),
    packets_frame: async ({ window: { query, first, count, revision: known } }) => {
      if (known === 1) await wait(60_000);
      return packets.frame(first, count, (query as { text: string }).text);
    },
    packet_detail: ({ packet }) => packets.detail(packet),
    packets_keep_messages: () => null,
    storage: () => storage.frame(scene),
    storage_usage: ({ look }) => storage.usage(look),
    storage_amount: ({ what }) => storage.amount(what),
    storage_forget: () => true,
    storage_stop: () => null,
    retention_save: () => null,
    packets_export: () => ({ path: "/home/ann/packets.jsonl" }),
  };
  return async (command, args) => {
    if (command.startsWith("plugin:")) return null;
    const answer = answers[command as keyof Commands] as ((args: Args) => unknown) | undefined;
    if (!answer) throw { kind: "demo", detail: command };
    return answer(args);
  };
}
