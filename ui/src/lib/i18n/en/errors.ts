// Words for every way a command, a field, a topic or a typed payload can be wrong.

export const errors = {
  unknownConnection: "This connection no longer exists.",
  notOpen: "This connection is not open.",
  notConnected: "Not connected. Connect first, then try again.",
  offlineQos0: "Not connected. QoS 0 does not wait for a connection: choose QoS 1 or 2.",
  outboxFull: (messages: string, bytes: string) =>
    `Too much waits already: there is room for ${messages} messages and ${bytes}. Connect, or take some back.`,
  lostBeforeConfirmed:
    "The connection was lost before the broker confirmed. The message may or may not have arrived.",
  unknownMessage: "This message is no longer in the history.",
  profile: (count: number) =>
    count === 1
      ? "One field of the connection needs a change."
      : `${count} fields of the connection need a change.`,
  address: (address: string) => `“${address}” is not an address such as mqtts://user@host:8883.`,
  tooLarge: (bytes: string, limit: string) => `Broker allows ${limit}, this message has ${bytes}.`,
  connection: (title: string, means: string) => `${title}. ${means}`,
  qosNotSupported: (maximum: number) => `This broker takes at most QoS ${maximum}.`,
  retainNotSupported: "This broker keeps no retained messages.",
  badProperty: "A property is too long or contains the character U+0000.",
  badIdentifier: "A subscription identifier is between 1 and 268,369,919.",
  history: (detail: string) => `The history can’t be used: ${detail}`,
  profiles: (detail: string) => `The saved connections can’t be used: ${detail}`,
  secrets: (detail: string) => `The password can’t be kept: ${detail}`,
  file: (path: string, detail: string) => `${path} can’t be used: ${detail}`,
  noSuchField: (path: string) => `The messages of this topic have no field ${path}.`,
  tooManySeries: "There are 24 series already. Remove one first.",
  export: (detail: string) => `The chart can’t be saved: ${detail}`,
  demo: (detail: string) => `The demo broker can’t start: ${detail}`,
  nothingToUndo: "There is nothing to undo.",
  broken: (detail: string) => `Something in Treetop went wrong: ${detail}`,

  transfer: {
    tooLarge: (bytes: string, most: string) => `The file has ${bytes}, Treetop reads ${most} at most.`,
    empty: "The file is empty.",
    cutOff: "The file ends too early. It may not have been written completely.",
    notJson: (line: number, column: number) =>
      `The file is not valid JSON at line ${line}, column ${column}.`,
    notRecognized: "This is not a file of MQTT Explorer, MQTTX (JSON or database) or Treetop.",
    wrongShape: (at: string) => `In the file, ${at} is not what it should be.`,
    newerVersion: (found: string, known: string) =>
      `The file was written by a newer Treetop (version ${found}, this one reads up to ${known}).`,
    sealed: "The file needs its passphrase.",
    wrongPassphrase: "The passphrase does not open the file. It is another one, or the file was changed.",
    shortPassphrase: (least: number) => `The passphrase needs at least ${least} characters.`,
    noConnections: "There are no connections in it.",
    inUse: "MQTTX is using its database. Close MQTTX, then try again.",
    database: (detail: string) => `The database can’t be read: ${detail}`,
    forgotten: "The choice is no longer there. Read the file again.",
  },
  topic: {
    empty: "Type a topic.",
    nul: "A topic can’t contain the character U+0000.",
    tooLong: (bytes: number) => `${bytes} bytes are too many: a topic has 65,535 at most.`,
    wildcardInName: (character: string) =>
      `${character} is allowed in filters only, not in a topic to publish to.`,
    multiLevelNotLast: "# must be the last level, by itself.",
    singleLevelNotAlone: "+ must stand alone between two slashes.",
    badShare: "A shared filter has the form $share/name/filter.",
  },
  field: {
    empty: "This can’t be empty.",
    range: (min: string, max: string) => `Between ${min} and ${max}.`,
    tooLong: (bytes: string) => `${bytes} bytes are too many.`,
    space: "A space is not allowed here.",
    badCharacter: (character: string) => `${character} is not allowed here.`,
    tooSmall: (least: string) => `At least ${least}.`,
    tooLarge: (most: string) => `At most ${most}.`,
    noSlash: "A path begins with a slash: /mqtt.",
    reservedHeader: "WebSocket sets this header itself.",
    notAServerName: "Neither a host name nor an address.",
    openQuote: "A quote is not closed.",
    notHex: "Not pairs of hex digits.",
    pairIncomplete: "A client certificate and its key go together: choose both.",
    noLocalOnShared: "“No local” can’t be used with a shared subscription.",
    sameFilter: (at: number) => `Subscription ${at} has this filter already.`,
  },
  payload: {
    json: (line: number, column: number) => `Not valid JSON at line ${line}, column ${column}`,
    hexDigit: (line: number, column: number) => `Not a hex digit at line ${line}, column ${column}`,
    hexOdd: (line: number, column: number) => `A hex digit is missing at line ${line}, column ${column}`,
    base64: (line: number, column: number) => `Not valid Base64 at line ${line}, column ${column}`,
  },
};
