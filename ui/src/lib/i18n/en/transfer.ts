// Connections from other programs and from files, and into a file.
import { plural } from "../words";

const connections = (count: number) => plural(count, "connection", "connections");

export const transfer = {
  menu: "Import and export",
  programs: { mqttExplorer: "MQTT Explorer", mqttx: "MQTTX", treetop: "Treetop" },
  importFrom: (v: { program: string }) => `Import from ${v.program}`,
  importFromHere: (v: { program: string; count: number }) => `Import ${v.count} from ${v.program}…`,
  importFile: "Import from a file…",
  exportAll: "Export connections…",
  foundHere: (v: { count: number }) => `${connections(v.count)} found on this computer.`,
  chooseHint: {
    mqttExplorer: "Choose its settings.json.",
    mqttx: "Choose a file that MQTTX exported (JSON), or its MQTTX.db.",
  },
  review: (v: { count: number }) => `Review ${v.count}`,
  chooseFile: "Choose file…",
  chooseFileOf: (v: { program: string }) => `Choose file… of ${v.program}`,

  reviewTitle: (v: { count: number; program: string }) => `Import ${connections(v.count)} from ${v.program}`,
  changesNothing: {
    mqttExplorer: "Treetop reads the settings of MQTT Explorer and changes nothing there.",
    mqttx: "Treetop reads what MQTTX wrote and changes nothing there. Recorded messages stay there.",
    treetop: "Treetop reads the file and changes nothing there.",
  },
  becomeFive: "The connections were made for MQTT 3.1.1 and become MQTT 5.",
  passwordsToKeychain: "Passwords move into the system keychain.",
  passwordsInMemory: "Passwords are kept until Treetop is closed, because no keychain can be used.",
  chooseAll: "Choose all",
  comesAlong: "What comes along",
  already: "already saved",
  notesOf: (v: { name: string }) => `Notes on ${v.name}`,
  chosen: (v: { count: number; of: number }) => `${v.count} of ${v.of} chosen`,
  importCount: (v: { count: number }) => `Import ${v.count}`,
  imported: (v: { count: number }) => `Imported ${connections(v.count)}`,
  unreadable: (v: { count: number; names: string }) =>
    v.count === 1
      ? `One entry is not a connection Treetop can use: ${v.names}`
      : `${v.count} entries are not connections Treetop can use: ${v.names}`,

  parts: {
    password: "Password",
    path: "Path",
    authority: "CA",
    clientCertificate: "Client certificate",
    subscriptions: (v: { count: number }) => plural(v.count, "subscription", "subscriptions"),
    will: "Last will",
  },
  notes: {
    olderMqtt: (v: { version: string }) => `Made for MQTT ${v.version}, becomes MQTT 5.`,
    embedded: {
      authority: (v: { name: string }) =>
        `Certificate authority ${v.name} is inside the settings: save it as a file and choose it here.`,
      certificate: (v: { name: string }) =>
        `Client certificate ${v.name} is inside the settings: save it as a file and choose it here.`,
      key: (v: { name: string }) =>
        `Client key ${v.name} is inside the settings: save it as a file and choose it here.`,
    },
    missing: {
      authority: (v: { path: string }) => `Certificate authority is missing: ${v.path}`,
      certificate: (v: { path: string }) => `Client certificate is missing: ${v.path}`,
      key: (v: { path: string }) => `Client key is missing: ${v.path}`,
    },
    badFilter: (v: { filter: string }) => `Subscription left out, not a filter or there twice: ${v.filter}`,
    notUsable: (v: { fields: string }) => `Not usable, the usual value is taken: ${v.fields}`,
    notTaken: (v: { fields: string }) => `Not taken over: ${v.fields}`,
    unverified: "Does not check the broker’s certificate.",
    runsCommand: (v: { command: string }) => `Runs a program to sign in: ${v.command}`,
  },

  passphraseTitle: "The file is sealed with a passphrase",
  passphrase: "Passphrase",
  passphraseAgain: "Passphrase again",
  passphraseHint: (v: { least: number }) =>
    `At least ${v.least} characters. Nobody can open the file without it.`,
  passphraseDiffers: "Not the same passphrase.",
  unseal: "Open",
  exportTitle: (v: { count: number }) => `Export ${connections(v.count)}`,
  exportOpen:
    "The file can be read by anybody. It has no passwords and no values of WebSocket headers; certificates stay where they are.",
  exportSealed:
    "The file is encrypted, with passwords and all. Certificates stay where they are, only their paths are in it.",
  withPasswords: "With passwords, sealed with a passphrase",
  exportConfirm: "Export…",
  exported: (v: { count: number; path: string }) => `Exported ${connections(v.count)} to ${v.path}`,
};
