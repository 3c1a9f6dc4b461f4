import { digits, plural } from "../words";

export const stream = {
  title: "All messages",
  filter: "Topic filter",
  find: "Text in topic or payload",
  follow: "Follow",
  pause: "Pause",
  resume: "Resume",
  clear: "Clear",
  time: "Time",
  topic: "Topic",
  qos: "QoS",
  marks: "Marks",
  payload: "Payload",
  message: "Message",
  reveal: "Show in Explore",
  retained: "retained",
  redelivered: "sent again",
  late: "published while away",
  rows: "Rows",
  rate: "Rate",
  perSecond: (v: { rate: string }) => `${v.rate}/s`,
  waiting: (v: { count: number }) =>
    `Paused. ${plural(v.count, "message", "messages")} came since, all stored`,
  behind: "Still catching up with what came",
  tooFast: (v: { count: number }) =>
    `About ${digits(v.count)} a second: most pass between two pictures. Pause or scroll back to read them`,
  looking: "Looking further back",
  cut: "Older messages are in the history, not in this list",
  gap: (v: { count: number }) =>
    `${plural(v.count, "message was", "messages were")} dropped about here: QoS 0 came faster than it could be stored`,
  gone: "No longer in the history",
  none: "No messages yet",
  noneLead: "Every message appears here as it comes.",
  noneMatch: "No message matches",
  clearQuestion: "Show all",
  firstPart: (v: { shown: string; total: string }) => `The first ${v.shown} of ${v.total}`,
};
