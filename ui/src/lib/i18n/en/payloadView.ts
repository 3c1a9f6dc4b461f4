import { digits } from "../words";

export const payloadView = {
  reading: "Reading the payload",
  // Hex
  hexRegion: "Bytes",
  inspector: "Inspector",
  byteOrder: "Byte order",
  bigEndian: "Big endian: the highest byte first",
  littleEndian: "Little endian: the lowest byte first",
  selected: "Selected",
  unix: (v: { unit: string }) => `Unix ${v.unit}`,
  bits: "Bits",
  // Find
  findBytes: "Find bytes in hex",
  hexPlaceholder: "Bytes in hex: ff d8 00",
  notHex: "Not pairs of hex digits",
  notRegex: "Not a regular expression",
  matchOfMore: (v: { at: number; count: number }) => `${digits(v.at)} of ${digits(v.count)} or more`,
  noMatchInFirst: (v: { lines: number }) => `No match in the first ${digits(v.lines)} lines`,
  // Copy
  copy: "Copy",
  copyValue: "Copy value of the line",
  copyPath: "Copy path of the line",
  copyBytes: "Copy selected bytes",
  copyCommand: "Copy as mosquitto_pub",
  noPath: "This line has no path",
  noValue: "This line has no value",
  notes: {
    file: (v: { name: string }) => `The payload is too large for a command: save it as ${v.name} first`,
    password: "The password is left out: add -P",
    correlation: "The correlation data is left out: no argument can hold its bytes",
    webSocket: "mosquitto_pub does not speak WebSocket: check the port",
    proxy: "mosquitto_pub does not use an HTTP proxy",
    certificate: "mosquitto_pub needs certificates as PEM and always verifies them",
  },
  // Compare
  comparedFirst: (v: { part: string }) => `Only the first ${v.part} of each payload is compared.`,
};
