import { i18n } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import { notices } from "$lib/state/notices.svelte";
import { errorText, hexCode, reasonWords } from "$lib/words";

/** The retained messages at a topic and below it. */
export function retainedBelow(id: string, topic: string): Promise<string[]> {
  return call("retained_topics", {
    id,
    window: {
      filter: `${topic}/#`,
      only: "all",
      sort: "topic",
      descending: false,
      first: 0,
      count: 0,
      revision: 0,
    },
  });
}

/** Has the broker send the retained message of a topic once more; it then shows like any other. */
export async function askAgain(id: string, topic: string): Promise<void> {
  const words = i18n.m.explore;
  try {
    const answer = await call("retained_again", { id, topic });
    if (answer.kind === "nothing") notices.tell(words.brokerSentNothing, { bad: true });
    if (answer.kind === "refused") {
      const { code } = answer.reason;
      const { title } = reasonWords("suback", code);
      notices.tell(words.brokerRefused({ reason: title, code: hexCode(code) }), { bad: true });
    }
  } catch (error) {
    notices.tell(errorText(error), { bad: true });
  }
}
