export const filter = {
  topic: "Topic",
  payload: "Payload",
  beginning: "Looks into the first 256 bytes of each topic’s latest message.",
  wildcards: "Wildcards + and #",
  readWildcards: "Read as wildcards",
  fuzzy: "Loose: letters in order",
  tryFuzzy: "Match loosely",
  nextHit: "Next hit",
  previousHit: "Previous hit",
  searching: (v: { percent: string }) => `Searching, ${v.percent} %`,
  nothing: (v: { text: string }) => `Nothing matches \`${v.text}\``,
  noValue: (v: { text: string }) => `No latest message matches \`${v.text}\``,
  // What is wrong with it
  tooLong: (v: { most: string }) => `At most ${v.most} characters`,
};
