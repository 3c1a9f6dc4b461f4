import { digits, plural } from "../words";

const messages = (count: number) => plural(count, "message", "messages");

export const recording = {
  title: "Recordings",
  jobs: "Work in the background",
  export: "Export messages…",
  exportTopic: "Export messages of this topic…",
  exportBranch: "Export messages of this branch…",
  replay: "Send messages again…",
  import: "Open a recording…",
  importHint: "A recording (JSON Lines or CSV) as a history file",
  exporting: "Export",
  importing: "Recording",
  replaying: (v: { name: string }) => `To ${v.name}`,
  pause: "Pause",
  goOn: "Go on",

  topics: "Topics",
  topicsHint: "A topic filter. Empty means all topics.",
  span: "Time",
  spanAll: "Everything",
  spanTenMinutes: "The last 10 minutes",
  spanHour: "The last hour",
  spanDay: "The last 24 hours",
  spanOwn: "From … to …",
  from: "From",
  to: "To",
  fromOpen: "The first message",
  toOpen: "The last message",
  momentHint: "Such as 2026-03-10 14:30",
  backwards: "The end is before the beginning",

  exportTitle: "Export messages to a file?",
  found: (v: { count: number }) => `${messages(v.count)} that the search found.`,
  foundSoFar: (v: { count: number }) =>
    `${messages(v.count)} that the search has found so far. It has not looked at everything.`,
  exportConfirm: "Choose file…",
  format: "Format",
  jsonHint: "One message a line, nothing lost: it can be opened and sent again as it was.",
  csvHint:
    "A table for spreadsheets. Payloads that are no plain text are Base64; a cell that a spreadsheet would run as a formula begins with an apostrophe.",

  replayTitle: (v: { count: number }) => `Send ${messages(v.count)} again?`,
  replayConfirm: "Send again",
  fromHistory: "Messages of this history",
  fromFile: "From a file…",
  useHistory: "From this history",
  counted: (v: { messages: number; topics: number }) =>
    `${messages(v.messages)} on ${plural(v.topics, "topic", "topics")}.`,
  between: (v: { from: string; to: string }) => `From ${v.from} to ${v.to}.`,
  counting: (v: { messages: number }) => `Counting: ${messages(v.messages)} so far`,
  target: "To this connection",
  chooseTarget: "Choose a connection",
  noTarget: "No connection is connected",
  speed: "Speed",
  times: (v: { times: string }) => `${v.times} ×`,
  fastest: "As fast as the broker takes them",
  prefix: "In front of each topic",
  prefixHint: "As it is, with its slash. Empty sends to the topics as they were.",
  keepQos: "QoS as recorded, else 0",
  keepRetain: "Retain flag as recorded, else none",
  summary: (v: { count: number; topics: number; name: string; prefix: string }) =>
    `${messages(v.count)} on ${plural(v.topics, "topic", "topics")} go to ${v.name}, with ${v.prefix} in front of each topic. Whoever is subscribed there receives them.`,
  leftOut: (v: { count: number }) =>
    `${messages(v.count)} on topics that begin with $ are left out: they belong to the broker.`,
  confirmLoop:
    "They go to the topics they may have come from. Devices may act on them, and they may come back.",
  confirmRetain: (v: { count: number }) =>
    `Up to ${digits(v.count)} retained messages of the broker are replaced.`,

  exportingNow: (v: { count: number; size: string }) => `${messages(v.count)} written, ${v.size}`,
  exported: (v: { count: number; size: string; path: string }) =>
    `${messages(v.count)}, ${v.size}, in ${v.path}`,
  checkingNow: "Checking the file",
  importingNow: (v: { count: number }) => `${messages(v.count)} read`,
  imported: (v: { count: number }) => `${messages(v.count)} can be looked at as a history file`,
  importedMoved: (v: { count: number; moved: number }) =>
    `${messages(v.count)} can be looked at as a history file; ${digits(v.moved)} of them had the time of another and got the next free microsecond`,
  sentNow: (v: { sent: number; taken: number }) => `${messages(v.sent)} sent, ${digits(v.taken)} taken`,
  nextIn: (v: { said: string; wait: string }) => `${v.said}; the next in ${v.wait}`,
  behindBy: (v: { said: string; by: string }) => `${v.said}; ${v.by} behind`,
  paused: (v: { said: string }) => `Paused. ${v.said}`,
  waits: (v: { said: string }) => `Waits for the connection. ${v.said}`,
  replayed: (v: { said: string }) => `Done. ${v.said}`,
  replayStopped: (v: { said: string }) => `Stopped. ${v.said}`,
  stopped: "Stopped. Nothing was left behind",
  refused: (v: { count: number; code: number; title: string }) =>
    `${digits(v.count)} refused: ${v.code}, ${v.title}`,
  unknown: (v: { count: number }) =>
    `${digits(v.count)} without an answer: nobody knows whether they arrived`,
  notSent: {
    ofBroker: (v: { count: number }) => `${digits(v.count)} left out: topics that begin with $`,
    topic: (v: { count: number }) => `${digits(v.count)} not sent: no topic to publish to`,
    tooLarge: (v: { count: number }) => `${digits(v.count)} not sent: larger than the broker allows`,
    qos: (v: { count: number }) => `${digits(v.count)} not sent: the broker takes no such QoS`,
    retain: (v: { count: number }) => `${digits(v.count)} not sent: the broker keeps no retained messages`,
    property: (v: { count: number }) => `${digits(v.count)} not sent: a property can’t be sent`,
  },

  historyFile: "History file.",
  historyFileText: "It is read only and has no broker.",
  deleteFile: "Remove from the list…",
  openFile: "Open",
  readFrom: "Read from",
  size: "Size",
};
