export const treeTools = {
  title: "Tree",
  sortRate: "Busiest first",
  sortSize: "Largest first",
  columnRate: "msg/s",
  columnSize: "size",
  /** After the number. */
  perSecond: (v: { count: string }) => `${v.count} /s`,
  bytesPerSecond: (v: { size: string }) => `${v.size}/s`,
  countTip: (v: { count: string; size: string; rate: string; bytes: string }) =>
    `${v.count} messages, ${v.size}; now ${v.rate} msg/s, ${v.bytes}/s`,
  /** A row of the tree, spoken. */
  rowRate: (v: { rate: string }) => `${v.rate} messages per second`,
  busiest: "Busiest topics and branches",
  busiestShort: "Busiest",
  topics: "Topics",
  branches: "Branches",
  branchesTip: "With everything below them",
  by: "Ranked by",
  byMessages: "msg/s",
  byMessagesTip: "Messages per second",
  byBytes: "Bytes/s",
  byBytesTip: "Payload bytes per second",
  closeBusiest: "Close the list of the busiest",
  inAll: (v: { rate: string; bytes: string }) => `${v.rate} msg/s, ${v.bytes}/s in all`,
  covers: "Over the last five to ten seconds",
  quiet: "Nothing has arrived in the last seconds.",
};
