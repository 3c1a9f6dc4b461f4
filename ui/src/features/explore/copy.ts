// What can be copied of a message, as a menu: the payload, what stands on the chosen line, the command that
// publishes it again.
import Binary from "@lucide/svelte/icons/binary";
import Braces from "@lucide/svelte/icons/braces";
import Copy from "@lucide/svelte/icons/copy";
import Terminal from "@lucide/svelte/icons/terminal";
import type { MenuEntry } from "$lib/components/menu";
import { i18n } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import type { CommandNote, FieldAt } from "$lib/ipc/generated";
import { copyText } from "$lib/ipc/window";
import { notices } from "$lib/state/notices.svelte";
import { errorText } from "$lib/words";
import type { Explore } from "./explore.svelte";
import { fieldAt } from "./payload";
import type { TopicView } from "./view.svelte";

/** Bytes of a selection that are copied at most, as the backend answers. */
const MOST_BYTES = 32 * 1024;

/** The value of the chosen line; null where none is chosen, or one without. */
export function chosenField(view: TopicView, whole: boolean): FieldAt | null {
  if (view.cursor < 0) return null;
  if (whole) return { kind: "row", shape: view.shape, row: view.cursor };
  return fieldAt(view.payload?.lines ?? [], view.cursor, view.drawn);
}

export function noteText(note: CommandNote): string {
  const { notes } = i18n.m.payloadView;
  return note.kind === "file" ? notes.file({ name: note.name }) : notes[note.kind];
}

async function copied(text: () => Promise<string | null>, none: string): Promise<void> {
  try {
    const got = await text();
    if (got === null) return notices.tell(none);
    await copyText(got);
    notices.tell(i18n.m.explore.copied);
  } catch (error) {
    notices.tell(errorText(error), { bad: true });
  }
}

/** Copies the path or the value of the chosen line. */
export function copyField(view: TopicView, part: "path" | "value", whole: boolean): Promise<void> {
  const message = view.shown;
  const at = chosenField(view, whole);
  const { m } = i18n;
  return copied(
    async () => {
      if (message === null || at === null) return null;
      const field = await call("payload_field", { id: view.id, message, at });
      return field?.[part] ?? null;
    },
    part === "path" ? m.payloadView.noPath : m.payloadView.noValue,
  );
}

export function copySelection(view: TopicView): Promise<void> {
  const message = view.shown;
  return copied(async () => {
    if (message === null) return null;
    const { from, to } = view.hex;
    const count = Math.min(to - from, MOST_BYTES);
    const bytes = await call("payload_bytes", {
      id: view.id,
      message,
      window: { format: view.drawn, from, count, changes: false, query: null },
    });
    return bytes.hex.replace(/..(?!$)/g, "$& ");
  }, i18n.m.payloadView.noValue);
}

/** Copies the message as a call of mosquitto_pub, and says what it does not do by itself. */
export async function copyCommand(view: TopicView): Promise<void> {
  const message = view.shown;
  if (message === null) return;
  try {
    const command = await call("message_command", { id: view.id, message });
    await copyText(command.text);
    notices.tell([i18n.m.explore.copied, ...command.notes.map(noteText)].join(". "));
  } catch (error) {
    notices.tell(errorText(error), { bad: true });
  }
}

export function copyMenu(explore: Explore, view: TopicView, bytes: boolean): MenuEntry[] {
  const words = i18n.m.payloadView;
  const whole = explore.finding || view.whole;
  const nothing = chosenField(view, whole) === null;
  return [
    {
      kind: "item",
      label: i18n.m.explore.copyPayload,
      icon: Copy,
      keys: "Ctrl+Shift+C",
      run: () => void explore.copyPayload(),
    },
    bytes
      ? { kind: "item", label: words.copyBytes, icon: Binary, run: () => void copySelection(view) }
      : {
          kind: "item",
          label: words.copyValue,
          icon: Braces,
          disabled: nothing,
          run: () => void copyField(view, "value", whole),
        },
    ...(bytes
      ? []
      : [
          {
            kind: "item" as const,
            label: words.copyPath,
            disabled: nothing,
            run: () => void copyField(view, "path", whole),
          },
        ]),
    {
      kind: "item",
      label: i18n.m.explore.copyTopic,
      keys: "Ctrl+C",
      run: () => void explore.copyTopic(),
    },
    { kind: "line" },
    { kind: "item", label: words.copyCommand, icon: Terminal, run: () => void copyCommand(view) },
  ];
}
