import { call } from "$lib/ipc/call";

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
