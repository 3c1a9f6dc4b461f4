import { digits, plural } from "../words";

export const retained = {
  title: "Retained messages",
  findTopics: "Topic filter",
  all: "All",
  likelyMistakes: "Likely mistakes",
  olderThan: (v: { span: string }) => `Over ${v.span}`,
  largerThan: (v: { size: string }) => `Over ${v.size}`,
  readAgain: "Read again from the broker",
  restoreFromFile: "Restore from file",
  exportList: "Export list",
  topic: "Topic",
  payload: "Payload",
  type: "Type",
  size: "Size",
  qos: "QoS",
  age: "Age",
  hint: "Hint",
  hintCommand: "Command",
  hintEvent: "Event",
  hintNoSender: "No sender",
  hintLarge: "Large",
  commandTitle: "A retained command runs again on every reconnect",
  commandBody:
    "Each client that subscribes here gets this command at once, however old it is. Delete it, and publish commands without the retain flag.",
  firstSeen: "First seen",
  orEarlier: "or earlier",
  expires: "Expires",
  contentType: "Content type",
  earlier: "Earlier on this topic",
  showInExplore: "Show in Explore",
  clearSelection: "Clear selection",
  exportCount: (v: { count: number }) => `Export ${digits(v.count)}`,
  deleteAsk: (v: { count: number }) => `Delete ${digits(v.count)}…`,
  deleteTitle: (v: { count: number }) =>
    `Delete ${plural(v.count, "retained message", "retained messages")}?`,
  deleteBody:
    "Treetop publishes an empty retained message to each topic. New subscribers no longer get them. Clients that already received them keep what they have.",
  deleteCount: (v: { count: number }) => `Delete ${digits(v.count)}`,
  keepCopy: "Keep a copy so this can be undone",
  onConnection: (v: { name: string }) => `On **${v.name}**`,
  deleted: (v: { count: number }) =>
    `Deleted **${digits(v.count)}** retained ${v.count === 1 ? "message" : "messages"}`,
  restored: (v: { count: number }) =>
    `Published **${digits(v.count)}** retained ${v.count === 1 ? "message" : "messages"} again`,
  deletedSome: (v: { done: number; failed: number }) =>
    `Deleted ${digits(v.done)}, ${digits(v.failed)} failed`,
  deleting: (v: { done: number; count: number }) => `Deleting ${digits(v.done)} of ${digits(v.count)}`,
  empty: "The broker holds no retained messages",
  emptyLead: "Messages published with the retain flag appear here.",
  noneMatch: "No retained message matches",
};
