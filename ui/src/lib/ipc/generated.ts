// Generated from the command table. Change `src-tauri/api` and run `npm run bindings`.

export type Activity = "quiet" | "recent" | "now";

export type ApiError = { "kind": "unknownConnection", id: string, } | { "kind": "notOpen", id: string, } | { "kind": "notConnected" } | { "kind": "offlineQos0" } | { "kind": "outboxFull", messages: number, bytes: number, } | { "kind": "lostBeforeConfirmed" } | { "kind": "unknownMessage" } | { "kind": "topic", problem: TopicProblem, } | { "kind": "profile", problems: Array<ProfileProblem>, } | { "kind": "address", address: string, } | { "kind": "filter", problem: FilterProblem, } | { "kind": "payload", problem: PayloadProblem, } | { "kind": "tooLarge", bytes: number, limit: number, } | { "kind": "connection", failure: Failure, } | { "kind": "qosNotSupported", maximum: number, } | { "kind": "retainNotSupported" } | { "kind": "badProperty" } | { "kind": "badIdentifier" } | { "kind": "history", detail: string, } | { "kind": "profiles", detail: string, } | { "kind": "secrets", detail: string, } | { "kind": "file", path: string, detail: string, } | { "kind": "noSuchField", path: string, } | { "kind": "tooManySeries" } | { "kind": "export", detail: string, } | { "kind": "demo", detail: string, } | { "kind": "transfer", problem: TransferProblem, } | { "kind": "search", problem: SearchProblem, } | { "kind": "clipboard", detail: string, } | { "kind": "tooLong" } | { "kind": "nothingToUndo" } | { "kind": "historyFile" } | { "kind": "recordingLine", line: number, problem: LineProblem, } | { "kind": "notConfirmed" } | { "kind": "unknownJob" } | { "kind": "stopped" };

export type AppInfo = { version: string, 
/**
 * `linux`, `macos` or `windows`.
 */
platform: string, 
/**
 * Where passwords are kept.
 */
secrets: SecretPlace, 
/**
 * The folder with the databases.
 */
dataFolder: string, 
/**
 * What the command line or a link asked to open.
 */
open: OpenRequest, };

export type Busiest = { 
/**
 * Each with its own messages.
 */
topics: Array<Busy>, 
/**
 * Each with all below it; one that only passes on what a single branch has is left out.
 */
branches: Array<Busy>, 
/**
 * Messages per second of the whole connection.
 */
rate: number, 
/**
 * Bytes per second of the whole connection.
 */
bytes: number, };

export type Busy = { topic: string, rate: number, bytes: number, };

export type BusyBy = "messages" | "bytes";

export type BytesWindow = { 
/**
 * Hex and Base64 are of the bytes as they came; anything else is of those inside.
 */
format: Format | null, from: number, 
/**
 * At most 32 kB.
 */
count: number, 
/**
 * Bytes that differ from the topic's message before are named.
 */
changes: boolean, 
/**
 * What is being searched for; it is marked where it was found.
 */
query: PayloadQuery | null, };

export type ChartExport = { format: ExportFormat, range: ChartRange, overlay: boolean, dark: boolean, width: number, height: number, 
/**
 * Minutes east of UTC, for the time axis.
 */
utcOffsetMinutes: number, words: ChartWords, };

export type ChartFrame = { revision: number, from: number, to: number, series: Array<SeriesFrame>, 
/**
 * When the connection was down.
 */
gaps: Array<Gap>, };

export type ChartRange = { "kind": "live", seconds: number, } | { "kind": "fixed", from: number, to: number, } | { "kind": "all" };

export type ChartRequest = { range: ChartRange, columns: number, revision: number, };

export type ChartWords = { 
/**
 * In stretches without a connection.
 */
offline: string, min: string, mean: string, max: string, };

export type Clearing = { what: Forget, of: StorageAmount, messages: number, topics: number, stage: ClearingStage, 
/**
 * Bytes that were given back, once it is over.
 */
freedBytes: number | null, };

export type ClearingStage = { "kind": "deleting" } | { "kind": "givingBack", share: number, } | { "kind": "done" } | { "kind": "stopped" } | { "kind": "failed", detail: string, };

export type ClientIdMode = "fixed" | "random";

export type CommandNote = { "kind": "file", name: string, } | { "kind": "password" } | { "kind": "correlation" } | { "kind": "webSocket" } | { "kind": "proxy" } | { "kind": "certificate" };

export type Connack = { sessionPresent: boolean, maximumQos: number, retainAvailable: boolean, wildcardAvailable: boolean, subscriptionIdsAvailable: boolean, sharedAvailable: boolean, serverKeepAlive: number | null, assignedClientId: string | null, receiveMaximum: number, maximumPacketSize: number | null, topicAliasMaximum: number, sessionExpirySecs: number | null, reasonString: string | null, serverReference: string | null, userProperties: Array<UserProperty>, };

export type ConnectionRow = { id: string, name: string, 
/**
 * `mqtt://host:port`, without the user.
 */
address: string, 
/**
 * The broker inside the app.
 */
demo: boolean, 
/**
 * The certificate of the broker is not checked.
 */
unverified: boolean, 
/**
 * What a try to connect goes through, without the subscriptions.
 */
steps: Array<Step>, phase: Phase, 
/**
 * Its history is open, so it can be browsed.
 */
open: boolean, lastConnected: number | null, pingMillis: number | null, historyBytes: number, 
/**
 * The file its history was read from: it is a history file and has no broker.
 */
recording: string | null, };

export type ConnectionsFrame = { revision: number, connections: Array<ConnectionRow>, };

export type Correlation = { text: string, hex: boolean, };

export type DecodeProblem = { 
/**
 * What the bytes were taken for.
 */
decoder: Format, offset: number, 
/**
 * The offset counts in what was unpacked, not in the payload as it came.
 */
unpacked: boolean, kind: DecodeProblemKind, };

export type DecodeProblemKind = "unexpectedEnd" | "unexpectedByte" | "badNumber" | "badEscape" | "controlCharacter" | "invalidUtf8" | "trailingBytes" | "tooDeep" | "unsupportedKey" | "badCompression" | "tooLarge" | "invalidUtf16" | "wrongClosingTag" | "badField";

export type DecoderRule = { filter: string, format: Format, 
/**
 * For protocol buffers: the message type with its package; none goes by field numbers.
 */
messageType: string | null, };

export type Decoders = { rules: Array<DecoderRule>, schemas: Array<SchemaInfo>, };

export type Deletion = { id: number, at: number, count: number, 
/**
 * The first hundred of them.
 */
topics: Array<string>, };

export type DiffLine = { line: Line, differs: Array<boolean>, };

export type DiffRow = { change: LineChange | null, a: DiffLine | null, b: DiffLine | null, };

export type Draft = { topic: string, payload: string, format: InputFormat, qos: number, retain: boolean, properties: DraftProperties, };

export type DraftProperties = { contentType: string | null, payloadFormat: number | null, expirySecs: number | null, responseTopic: string | null, correlation: Correlation | null, user: Array<UserProperty>, };

export type DropCause = "intake" | "history";

export type Dropped = { cause: DropCause, count: number, };

export type ExportFormat = "png" | "svg" | "csv";

export type Failure = { "kind": "resolve", host: string, detail: string, } | { "kind": "tcp", address: string, detail: string, } | { "kind": "tls", problem: TlsProblem, detail: string, } | { "kind": "proxy", address: string, problem: ProxyProblem, detail: string, } | { "kind": "token", problem: TokenProblem, detail: string, } | { "kind": "webSocket", status: number | null, detail: string, } | { "kind": "timeout", step: Step, } | { "kind": "refused", reason: Reason, } | { "kind": "disconnected", reason: Reason, } | { "kind": "lost", detail: string, } | { "kind": "unanswered", detail: string, } | { "kind": "protocol", detail: string, };

export type FieldAt = { "kind": "row", shape: RowShape, row: number, } | { "kind": "value", format: Format | null, value: number, };

export type FieldChange = { path: string, before: string | null, after: string | null, };

export type FieldProblem = { "kind": "empty" } | { "kind": "tooLong", bytes: number, } | { "kind": "badCharacter", character: string, } | { "kind": "tooSmall", least: number, } | { "kind": "tooLarge", most: number, } | { "kind": "topic", problem: TopicProblem, } | { "kind": "noSlash" } | { "kind": "reservedHeader" } | { "kind": "notAServerName" } | { "kind": "openQuote" } | { "kind": "notHex" } | { "kind": "pairIncomplete" } | { "kind": "noLocalOnShared" } | { "kind": "sameFilter", first: number, };

export type FilterMode = "text" | "wildcards" | "regex" | "fuzzy";

export type FilterProblem = { "kind": "tooLong", most: number, } | { "kind": "wildcards", problem: TopicProblem, } | { "kind": "regex" } & RegexProblem | { "kind": "tooLarge" };

export type FilterScope = "topic" | "value" | "both";

export type Flapping = { drops: number, 
/**
 * In the last so many milliseconds.
 */
withinMillis: number, };

export type Forget = { "kind": "topic", topic: string, } | { "kind": "branch", topic: string, } | { "kind": "before", at: number, };

export type Format = "json" | "xml" | "text" | "hex" | "base64" | "messagePack" | "cbor" | "sparkplug" | "protobuf" | "image" | "empty" | "gzip" | "zlib" | "zstd" | "brotli" | "utf16Le" | "utf16Be" | "latin1" | "windows1252";

export type FoundPlace = { 
/**
 * Counted from 0.
 */
index: number, 
/**
 * The row, counted from 0 with nothing closed but what remains of `folded`.
 */
row: number, 
/**
 * The closed maps and lists that hid it; they are open now.
 */
opened: Array<number>, 
/**
 * Bytes, where bytes were searched.
 */
from: number, to: number, };

export type FoundProperty = { property: SearchedProperty, snippet: Snippet, };

export type Gap = { from: number, to: number, };

export type HistoryHealth = { "kind": "well" } | { "kind": "readOnly" } | { "kind": "diskFull" } | { "kind": "failed", detail: string, } | { "kind": "setAside", keptAs: string, };

export type HistoryPage = { rows: Array<HistoryRow>, more: boolean, };

export type HistoryRow = { id: number, received: number, 
/**
 * Milliseconds since the message before it.
 */
gapMillis: number | null, qos: number, retain: boolean, dup: boolean, 
/**
 * As in [`MessageInfo`].
 */
redelivered: boolean, late: boolean, size: number, preview: Preview, 
/**
 * What changed from the message before, at most a few fields; nothing where they are the same. None
 * where they were not compared: at the end of the list, and where one of them is long.
 */
changes: Array<FieldChange> | null, };

export type ImportList = { 
/**
 * Names this reading when the choice is taken.
 */
import: number, program: TransferProgram, connections: Array<ImportRow>, 
/**
 * Names of entries that are no usable connections.
 */
unreadable: Array<string>, };

export type ImportNote = { "kind": "olderMqtt", version: string, } | { "kind": "embedded", file: TlsFile, name: string, } | { "kind": "missing", file: TlsFile, path: string, } | { "kind": "badFilter", filter: string, } | { "kind": "notUsable", field: string, } | { "kind": "notTaken", field: string, } | { "kind": "unverified" } | { "kind": "runsCommand", command: string, };

export type ImportRow = { name: string, address: string, password: boolean, subscriptions: number, 
/**
 * A WebSocket's path.
 */
path: boolean, will: boolean, 
/**
 * A file of certificate authorities.
 */
authority: boolean, clientCertificate: boolean, 
/**
 * A saved connection has the same name, host, port and client id.
 */
already: boolean, notes: Array<ImportNote>, };

export type ImportSource = { program: TransferProgram, path: string, 
/**
 * How many connections it has; none if it can't be read, which reading it explains.
 */
connections: number | null, };

export type ImportTaken = { 
/**
 * The ids of the new connections, in the order of the file.
 */
ids: Array<string>, 
/**
 * Where the passwords went; none if there were none.
 */
secrets: SecretPlace | null, };

export type InputFormat = "json" | "text" | "hex" | "base64";

export type JobFrame = { revision: number, state: JobState, };

export type JobOrder = "run" | "pause" | "stop";

export type JobState = { "kind": "exporting", messages: number, bytes: number, share: number, } | { "kind": "exported", path: string, messages: number, bytes: number, } | { "kind": "importing", messages: number, share: number, } | { "kind": "imported", id: string, messages: number, moved: number, } | { "kind": "surveying", survey: ReplaySurvey, } | { "kind": "surveyed", survey: ReplaySurvey, } | { "kind": "replaying", replay: ReplayState, paused: boolean, } | { "kind": "replayed", replay: ReplayState, stopped: boolean, } | { "kind": "deleting", going: RetainedGoing, } | { "kind": "deleted", id: string, change: RetainedChange, } | { "kind": "restoring", going: RetainedGoing, } | { "kind": "restored", id: string, change: RetainedChange, } | { "kind": "stopped" } | { "kind": "failed", error: ApiError, };

export type LanguageChoice = "system" | "en" | "ko";

export type Line = { 
/**
 * Counted from 1; none for a removed line shown between the others.
 */
no: number | null, indent: number, tokens: Array<Token>, 
/**
 * The number of the line that closes the bracket opened here.
 */
foldTo: number | null, 
/**
 * What the folded part holds.
 */
foldItems: number | null, 
/**
 * Which value of the payload begins here, where lines are of a structure; none on closing brackets.
 */
value: number | null, change: LineChange | null, };

export type LineChange = "added" | "removed" | "changed";

export type LineProblem = { "kind": "file", detail: string, } | { "kind": "tooLong" } | { "kind": "notText" } | { "kind": "notJson", column: number, } | { "kind": "shape", detail: string, } | { "kind": "value", field: string, } | { "kind": "noColumn", column: string, } | { "kind": "openQuote" } | { "kind": "empty" };

export type MessageDiff = { a: MessageInfo, b: MessageInfo, 
/**
 * The payloads are the same, byte for byte.
 */
same: boolean, 
/**
 * How both were read.
 */
format: Format, 
/**
 * Rows side by side.
 */
rows: number, 
/**
 * Lines below each other.
 */
lines: number, changed: number, added: number, removed: number, 
/**
 * The most that was compared of each payload, in bytes, where that is not all of both.
 */
compared: number | null, 
/**
 * Where stretches that differ begin, the first 10,000 of them: as a row, and as a line.
 */
differences: Array<[number, number]>, };

export type MessageInfo = { 
/**
 * Its identity: the receive time in microseconds since the Unix epoch, made unique.
 */
id: number, topic: string, received: number, qos: number, retain: boolean, dup: boolean, 
/**
 * Stored before: the broker sent it again, because our acknowledgement did not reach it.
 */
redelivered: boolean, 
/**
 * Published while we were away, as well as can be told.
 */
late: boolean, 
/**
 * Bytes of payload.
 */
size: number, properties: MessageProperties, };

export type MessageProperties = { payloadFormat: number | null, 
/**
 * Seconds the message had left when it was received.
 */
expirySecs: number | null, contentType: string | null, responseTopic: string | null, 
/**
 * Lower-case hexadecimal.
 */
correlationHex: string | null, 
/**
 * The same as text, where it is printable UTF-8.
 */
correlationText: string | null, subscriptionIds: Array<number>, user: Array<UserProperty>, };

export type MessageSelection = { 
/**
 * A topic filter; empty for all topics.
 */
filter: string, 
/**
 * The first and the last message by id, both included; none for the beginning and the newest.
 */
from: number | null, to: number | null, 
/**
 * Only what this search has found so far. The search is named because its hits may be too many to send.
 */
search: number | null, };

export type Missed = { from: number, to: number, why: MissedWhy, };

export type MissedWhy = { "kind": "notKept" } | { "kind": "expired", afterSecs: number, } | { "kind": "forgotten" } | { "kind": "onlyQos0" };

export type NotSent = "ofBroker" | "topic" | "tooLarge" | "qos" | "retain" | "property";

export type NotSentCount = { why: NotSent, count: number, };

export type NumberField = { path: string, value: number, unit: string | null, };

export type OpenRequest = { "kind": "nothing" } | { "kind": "demo" } | { "kind": "address", address: string, };

export type PacketCount = { kind: PacketKind, incoming: number, outgoing: number, };

export type PacketDetail = { row: PacketRow, 
/**
 * In the order of the wire; at most the first five hundred.
 */
fields: Array<PacketField>, moreFields: number, problems: Array<PacketProblem>, 
/**
 * The first four thousand bytes; secrets are masked.
 */
hex: string, 
/**
 * Bytes kept of it.
 */
kept: number, };

export type PacketDirection = "in" | "out";

export type PacketField = { name: string, 
/**
 * 1 if it belongs to the field above.
 */
depth: number, 
/**
 * Where it is, in bytes from the start of the packet.
 */
at: number, value: PacketValue, };

export type PacketFrame = { revision: number, 
/**
 * Packets that match.
 */
total: number, 
/**
 * As `total`, with those that left since the question was first asked: by how much it grew,
 * rows moved down.
 */
matched: number, 
/**
 * Packets kept.
 */
kept: number, 
/**
 * Older ones that had to leave.
 */
left: number, 
/**
 * Messages and their acknowledgements are kept too.
 */
messages: boolean, 
/**
 * Kinds that were seen.
 */
counts: Array<PacketCount>, first: number, rows: Array<PacketRow>, };

export type PacketKind = "connect" | "connack" | "publish" | "puback" | "pubrec" | "pubrel" | "pubcomp" | "subscribe" | "suback" | "unsubscribe" | "unsuback" | "pingreq" | "pingresp" | "disconnect" | "auth";

export type PacketProblem = { at: number, wrong: PacketWrong, };

export type PacketQuery = { 
/**
 * Of these kinds; all if empty.
 */
kinds: Array<PacketKind>, direction: PacketDirection | null, 
/**
 * In a name or a value, in any case.
 */
text: string, };

export type PacketRow = { id: number, at: number, direction: PacketDirection, 
/**
 * None for bytes that are no packet.
 */
kind: PacketKind | null, 
/**
 * Bytes on the wire.
 */
size: number, 
/**
 * What sets it apart, in the words of the protocol.
 */
summary: string, 
/**
 * Something in it is against the specification.
 */
broken: boolean, };

export type PacketValue = { "kind": "number", value: number, } | { "kind": "seconds", value: number, } | { "kind": "bytes", value: number, } | { "kind": "flag", value: boolean, } | { "kind": "text", text: string, } | { "kind": "binary", size: number, hex: string, text: string | null, } | { "kind": "pair", name: string, value: string | null, } | { "kind": "reason", code: number, name: string, } | { "kind": "secret" };

export type PacketWindow = { query: PacketQuery, first: number, count: number, revision: number, };

export type PacketWrong = { "kind": "short" } | { "kind": "missing" } | { "kind": "length" } | { "kind": "text" } | { "kind": "null" } | { "kind": "type" } | { "kind": "reserved" } | { "kind": "unknownProperty", id: number, } | { "kind": "misplaced", name: string, } | { "kind": "repeated", name: string, } | { "kind": "value", name: string, } | { "kind": "trailing" };

export type PasswordChange = { "kind": "keep" } | { "kind": "set", password: string, } | { "kind": "clear" };

export type PayloadBytes = { from: number, 
/**
 * All bytes there are.
 */
total: number, 
/**
 * Lower-case hexadecimal.
 */
hex: string, 
/**
 * What differs from the message before: from and to, counted from the start of the stretch.
 */
changed: Array<[number, number]>, 
/**
 * What was found, in the same way.
 */
hits: Array<[number, number]>, };

export type PayloadCheck = { bytes: number, problem: PayloadProblem | null, };

export type PayloadField = { path: string | null, value: string, 
/**
 * False where it has more rows than are copied.
 */
complete: boolean, };

export type PayloadFound = { "kind": "found", count: number, more: boolean, searched: number | null, place: FoundPlace | null, } | { "kind": "notHex" } | { "kind": "notRegex" } & RegexProblem | { "kind": "tooLarge" };

export type PayloadLook = { 
/**
 * None lets the content decide.
 */
format: Format | null, 
/**
 * All of it; otherwise the first 64 kB.
 */
whole: boolean, 
/**
 * Values that differ from the topic's message before are named as "was".
 */
changes: boolean, };

export type PayloadProblem = { kind: PayloadProblemKind, 
/**
 * Counted from 1.
 */
line: number, 
/**
 * Counted from 1, in characters.
 */
column: number, };

export type PayloadProblemKind = "json" | "hexDigit" | "hexOdd" | "base64";

export type PayloadQuery = { text: string, kind: QueryKind, 
/**
 * Capital letters count.
 */
case: boolean, };

export type PayloadRow = { 
/**
 * Counted from 0 with nothing closed.
 */
row: number, line: Line, 
/**
 * It opens a map or list that is closed.
 */
closed: boolean, 
/**
 * It goes on where the row before was cut.
 */
continues: boolean, 
/**
 * What was found: from and to, in UTF-16 units of its text.
 */
hits: Array<[number, number]>, };

export type PayloadRows = { 
/**
 * How it was read.
 */
format: Format, first: number, 
/**
 * Rows in all, the closed ones taken out.
 */
total: number, rows: Array<PayloadRow>, 
/**
 * False if there are more rows than can be counted.
 */
complete: boolean, problem: DecodeProblem | null, };

export type PayloadWindow = { shape: RowShape, 
/**
 * Rows whose map or list is closed, counted from 0 with nothing closed.
 */
folded: Array<number>, first: number, 
/**
 * At most 500.
 */
count: number, 
/**
 * What is being searched for; it is marked where it was found.
 */
query: PayloadQuery | null, };

export type Phase = { "kind": "offline" } | { "kind": "connecting", attempt: number, step: Step, } | { "kind": "connected", since: number, sessionPresent: boolean, } | { "kind": "waiting", attempt: number, retryAt: number, failure: Failure, } | { "kind": "refused", at: number, failure: Failure, };

export type Preview = { "kind": "text", text: string, } | { "kind": "number", text: string, } | { "kind": "json", text: string, } | { "kind": "binary", hex: string, size: number, } | { "kind": "image", format: string, size: number, } | { "kind": "sparkplug", metrics: number | null, } | { "kind": "packed", text: string, } | { "kind": "empty" };

export type Profile = { id: string, name: string, host: string, port: number, transport: Transport, 
/**
 * Path of the WebSocket, used by `ws` and `wss`.
 */
path: string, 
/**
 * Headers of the request for a WebSocket, used by `ws` and `wss`.
 */
headers: Array<UserProperty>, proxy: Proxy | null, clientId: string, clientIdMode: ClientIdMode, signIn: SignIn, username: string, keepAliveSecs: number, cleanStart: boolean, 
/**
 * 0 ends the session with the connection; 4,294,967,295 keeps it for ever.
 */
sessionExpirySecs: number, receiveMaximum: number, 
/**
 * The largest packet taken, in bytes.
 */
maximumPacketSize: number, topicAliasMaximum: number, requestResponseInformation: boolean, requestProblemInformation: boolean, 
/**
 * A PEM or DER file; none means the system's roots.
 */
caFile: string | null, clientCertFile: string | null, clientKeyFile: string | null, verifyCertificate: boolean, checkHostName: boolean, 
/**
 * The name to ask for and to expect in the certificate; empty takes the host.
 */
serverName: string, alpn: string, userProperties: Array<UserProperty>, subscriptions: Array<Subscription>, will: Will | null, firstRetrySecs: number, longestRetrySecs: number, };

export type ProfileEntry = { profile: Profile, hasPassword: boolean, hasKeyPassphrase: boolean, hasProxyPassword: boolean, };

export type ProfileProblem = { 
/**
 * The field's name as in `Profile`; `subscriptions.2.filter` for parts of lists.
 */
field: string, problem: FieldProblem, };

export type PropertySearch = { 
/**
 * None looks into all.
 */
property: SearchedProperty | null, text: string, };

export type Proxy = { kind: ProxyKind, host: string, port: number, username: string, };

export type ProxyKind = "http" | "socks5";

export type ProxyProblem = { "kind": "unreachable" } | { "kind": "notAProxy" } | { "kind": "signIn" } | { "kind": "refusedHttp", status: number, } | { "kind": "refusedSocks", reply: number, } | { "kind": "closed" };

export type PublishCommand = { text: string, 
/**
 * What somebody who runs it has to know.
 */
notes: Array<CommandNote>, };

export type QueryKind = "text" | "regex" | "hex";

export type Reason = { code: number, 
/**
 * Its name in the specification (MQTT 5, 2.4).
 */
name: string, 
/**
 * The broker's own words.
 */
reasonString: string | null, serverReference: string | null, userProperties: Array<UserProperty>, };

export type RecordingFormat = "jsonLines" | "csv";

export type RegexFault = "openGroup" | "extraClose" | "openClass" | "nothingToRepeat" | "badCount" | "badRange" | "badEscape" | "unknownClass" | "badFlag" | "unsupported" | "tooDeep" | "other";

export type RegexProblem = { fault: RegexFault, at: number, };

export type RenderedPayload = { message: number, format: Format, 
/**
 * What was taken off before, from the outside in.
 */
layers: Array<Format>, detected: Format, detectedLayers: Array<Format>, 
/**
 * The choice for this topic, if there is one.
 */
rule: DecoderRule | null, lines: Array<Line>, shownBytes: number, totalBytes: number, complete: boolean, problem: DecodeProblem | null, 
/**
 * For images: a `data:` address with the bytes, at most 8 MB of them.
 */
image: string | null, };

export type ReplayConfirmed = { 
/**
 * That the messages go to topics they may have come from.
 */
sameTopics: boolean, 
/**
 * That retained messages of the broker are replaced.
 */
retained: boolean, };

export type ReplayOptions = { 
/**
 * How many times as fast as they came, 0.1 to 1,000; none for as fast as the broker takes them.
 */
speed: number | null, 
/**
 * Put in front of each topic as it is.
 */
prefix: string, 
/**
 * With the QoS of the recording; else 0.
 */
qos: boolean, 
/**
 * With the retain flag of the recording; else without.
 */
retain: boolean, };

export type ReplaySource = { "kind": "history", id: string, selection: MessageSelection, } | { "kind": "file", path: string, };

export type ReplayState = { sent: number, 
/**
 * Answered without an error; at QoS 0, written to the network.
 */
taken: number, 
/**
 * Refused, by reason code.
 */
refused: { [key in number]: number }, 
/**
 * The connection was lost before the answer.
 */
unknown: number, notSent: Array<NotSentCount>, behindMillis: number, 
/**
 * Until the next message is due, while it waits for that.
 */
nextMillis: number | null, 
/**
 * It waits for a connection.
 */
waits: boolean, share: number, };

export type ReplaySurvey = { messages: number, topics: number, 
/**
 * Messages with the retain flag.
 */
retained: number, 
/**
 * Messages on topics that begin with `$`.
 */
ofBroker: number, bytes: number, 
/**
 * The first and the last message by id.
 */
first: number | null, last: number | null, share: number, };

export type RetainedAgain = { "kind": "came" } | { "kind": "nothing" } | { "kind": "refused", reason: Reason, };

export type RetainedChange = { 
/**
 * Names the kept copies, for undo.
 */
deletion: number, done: number, failed: Array<RetainedFailure>, 
/**
 * Left alone, because it was stopped or the history failed.
 */
left: number, 
/**
 * A fresh subscription showed the result; false if the broker could not be asked or it was stopped.
 */
verified: boolean, 
/**
 * Why it did not go on.
 */
broken: ApiError | null, };

export type RetainedDetail = { row: RetainedRow, message: MessageInfo | null, };

export type RetainedFailure = { why: RetainedFailureKind, count: number, 
/**
 * The first hundred of them.
 */
topics: Array<string>, };

export type RetainedFailureKind = { "kind": "refused", reason: Reason, } | { "kind": "stillThere" } | { "kind": "missing" } | { "kind": "notSent" };

export type RetainedFrame = { revision: number, totalRows: number, totalBytes: number, 
/**
 * How many are in each group, for the filter as it is.
 */
all: number, mistakes: number, old: number, large: number, first: number, rows: Array<RetainedRow>, };

export type RetainedGoing = { of: number, done: number, failed: number, 
/**
 * It waits for a connection.
 */
waits: boolean, };

export type RetainedGroup = "all" | "mistakes" | "old" | "large";

export type RetainedHint = "command" | "event" | "large";

export type RetainedRow = { topic: string, message: number, preview: Preview, size: number, qos: number, 
/**
 * When it was first seen, in this or an earlier run.
 */
firstSeen: number, 
/**
 * It was there before, so it may be older than `first_seen`.
 */
orOlder: boolean, contentType: string | null, hint: RetainedHint | null, };

export type RetainedSort = "topic" | "size" | "qos" | "age";

export type RetainedWindow = { 
/**
 * A topic filter with wildcards, or a part of a topic.
 */
filter: string, only: RetainedGroup, sort: RetainedSort, descending: boolean, first: number, count: number, revision: number, };

export type Retention = { maxAgeSecs: number, 
/**
 * Bytes of the file in use.
 */
maxBytes: number, 
/**
 * Messages of each topic.
 */
maxPerTopic: number, };

export type RowShape = { 
/**
 * None lets the content decide.
 */
format: Format | null, 
/**
 * A row breaks after so many columns, at least 16; none breaks it where nobody reads on.
 */
columns: number | null, };

export type Saved = { path: string | null, };

export type SchemaInfo = { name: string, 
/**
 * The message types it defines.
 */
messageTypes: Array<string>, 
/**
 * Why it can't be used.
 */
problem: SchemaProblem | null, };

export type SchemaProblem = { file: string, 
/**
 * Counted from 1.
 */
line: number | null, 
/**
 * Counted from 1.
 */
column: number | null, 
/**
 * In the words of the compiler.
 */
detail: string, };

export type SearchFound = { "kind": "head", preview: Preview, } | { "kind": "match", snippet: Snippet, };

export type SearchFrame = { revision: number, standing: SearchStanding, 
/**
 * Messages looked at.
 */
looked: number, 
/**
 * Messages in the range and the topics of the question, once they are counted.
 */
total: number | null, 
/**
 * Everything received after this time was looked at.
 */
reached: number | null, 
/**
 * Hits found so far.
 */
kept: number, 
/**
 * There is reason to go on.
 */
canGoOn: boolean, 
/**
 * How long it was looking, without rests.
 */
busyMillis: number, first: number, rows: Array<SearchRow>, };

export type SearchPlace = { "kind": "rows", shape: RowShape, folded: Array<number>, } | { "kind": "bytes", format: Format | null, };

export type SearchProblem = { "kind": "regex" } & RegexProblem | { "kind": "tooLarge" } | { "kind": "range" } | { "kind": "gone" };

export type SearchQuery = { 
/**
 * A topic filter; all topics if empty.
 */
topic: string, from: number | null, to: number | null, 
/**
 * In payloads; anything if its text is empty.
 */
payload: SearchText, property: PropertySearch | null, 
/**
 * Levels; any if empty.
 */
qos: Array<number>, retain: boolean | null, 
/**
 * Only messages that were published while we were away.
 */
late: boolean, 
/**
 * Only messages that came again.
 */
redelivered: boolean, };

export type SearchRow = { id: number, topic: string, received: number, qos: number, retain: boolean, redelivered: boolean, late: boolean, size: number, found: SearchFound, property: FoundProperty | null, };

export type SearchStanding = { "kind": "running" } | { "kind": "full" } | { "kind": "stopped" } | { "kind": "done" } | { "kind": "failed", detail: string, };

export type SearchText = { text: string, regex: boolean, anyCase: boolean, };

export type SearchWindow = { first: number, count: number, revision: number, };

export type SearchedProperty = "contentType" | "responseTopic" | "correlationData" | "user";

export type SecretChanges = { 
/**
 * The password or token it signs in with.
 */
signIn: PasswordChange, 
/**
 * The passphrase of the client key.
 */
key: PasswordChange, 
/**
 * The password of the proxy.
 */
proxy: PasswordChange, };

export type SecretPlace = { "kind": "keyring" } | { "kind": "memory", why: WhyInMemory, };

export type Sent = { id: number, at: number, topic: string, qos: number, retain: boolean, size: number, state: SentState, roundTripMillis: number | null, 
/**
 * When it is given up if it still waits then.
 */
expiresAt: number | null, 
/**
 * It outlives the program.
 */
kept: boolean, };

export type SentFrame = { revision: number, sent: Array<Sent>, 
/**
 * Messages that wait.
 */
waiting: number, 
/**
 * Messages that wait or are under way, and how many may.
 */
open: number, openLimit: number, 
/**
 * Messages that expired unsent since the connection was opened.
 */
expired: number, 
/**
 * New messages outlive the program.
 */
keeps: boolean, };

export type SentState = { "kind": "waiting" } | { "kind": "underWay" } | { "kind": "sent" } | { "kind": "answered", reason: Reason, } | { "kind": "expired" } | { "kind": "unknown" } | { "kind": "tooLarge" } | { "kind": "qosNotSupported" } | { "kind": "retainNotSupported" };

export type Series = { id: number, topic: string, 
/**
 * `$.vibration.x`, or `$` for a payload that is a number.
 */
path: string, unit: string | null, 
/**
 * 0 to 5: the colour and the marker.
 */
style: number, hidden: boolean, };

export type SeriesFrame = { series: Series, times: Array<number>, values: Array<number>, 
/**
 * Points in the range before thinning.
 */
count: number, min: number | null, mean: number | null, max: number | null, last: number | null, 
/**
 * Still being read from the history.
 */
filling: boolean, };

export type Settings = { theme: ThemeChoice, language: LanguageChoice, 
/**
 * Sizes of resizable panes in pixels, by name.
 */
panes: { [key in string]: number }, 
/**
 * Single letters work as shortcuts while focus is not in a field.
 */
letterShortcuts: boolean, reduceMotion: boolean, comfortable: boolean, 
/**
 * Zoom of the window in percent, 80 to 200.
 */
zoom: number, 
/**
 * The connection shown last.
 */
lastConnection: string | null, };

export type SignIn = { "kind": "password" } | { "kind": "token" } | { "kind": "tokenFile", path: string, } | { "kind": "tokenCommand", command: string, };

export type Snippet = { before: string, found: string, after: string, cutBefore: boolean, cutAfter: boolean, };

export type StatusFrame = { revision: number, name: string, address: string, phase: Phase, 
/**
 * It is a history file and has no broker.
 */
recording: boolean, 
/**
 * The certificate of the broker is not checked.
 */
unverified: boolean, 
/**
 * What a try to connect goes through, without the subscriptions.
 */
steps: Array<Step>, connack: Connack | null, subscriptions: Array<Subscribed>, flapping: Flapping | null, 
/**
 * At the latest loss in which anything could be missed.
 */
missed: Missed | null, 
/**
 * Entries added to the log since the connection was opened; a change means new ones.
 */
logged: number, 
/**
 * Messages per second over the last second.
 */
rate: number, 
/**
 * Messages per second over the last seconds, oldest first.
 */
rates: Array<number>, messages: number, topics: number, dropped: Array<Dropped>, historyBytes: number, history: HistoryHealth, pingMillis: number | null, };

export type Step = "token" | "proxy" | "resolve" | "tcp" | "tls" | "webSocket" | "connack" | "suback";

export type StorageAmount = { topics: number, messages: number, bytes: number, 
/**
 * There is more than this.
 */
more: boolean, };

export type StorageFrame = { 
/**
 * Bytes on disk.
 */
fileBytes: number, 
/**
 * Bytes of it that hold something.
 */
usedBytes: number, 
/**
 * Bytes of it that hold nothing and can be given back.
 */
freeBytes: number, topics: number, messages: number, payloadBytes: number, oldest: number | null, newest: number | null, growth: StorageGrowth | null, 
/**
 * How far an older file is counted, 0 to 1; until then the numbers are what is counted by now.
 */
counting: number | null, retention: Retention, 
/**
 * The file can't be written.
 */
readOnly: boolean, 
/**
 * What is being forgotten, or was last.
 */
clearing: Clearing | null, tidied: Tidied, };

export type StorageGrowth = { bytesPerDay: number, overSecs: number, };

export type StorageLook = { branch: string, 
/**
 * Whole topics instead of the next level.
 */
flat: boolean, order: StorageOrder, limit: number, };

export type StorageOrder = "bytes" | "messages";

export type StorageRow = { name: string, 
/**
 * The whole name.
 */
topic: string, amount: StorageAmount, 
/**
 * It has messages of its own.
 */
isTopic: boolean, 
/**
 * Its newest message.
 */
newest: number, };

export type StorageUsage = { rows: Array<StorageRow>, 
/**
 * How many there are without the cut.
 */
count: number, 
/**
 * All of them together.
 */
all: StorageAmount, 
/**
 * The branch's own messages, if it is a topic too.
 */
own: StorageAmount | null, };

export type StreamBeginning = "looking" | "whole" | "cut";

export type StreamFrame = { revision: number, 
/**
 * The number of the first row there is.
 */
start: number, 
/**
 * Rows there are.
 */
total: number, beginning: StreamBeginning, 
/**
 * The number of the first of `rows`.
 */
first: number, rows: Array<StreamRow>, 
/**
 * Rows that came in the last second.
 */
rate: number, 
/**
 * Messages received since it was paused, whether they match or not.
 */
waiting: number, 
/**
 * It has more to take in than it could.
 */
behind: boolean, };

export type StreamMessage = { id: number, received: number, topic: string, qos: number, retain: boolean, dup: boolean, redelivered: boolean, late: boolean, size: number, preview: Preview, };

export type StreamRow = { "kind": "message", message: StreamMessage, } | { "kind": "gap", count: number, } | { "kind": "gone" };

export type StreamWindow = { 
/**
 * The number of the first row; it stays with a row while others come and go.
 */
first: number, count: number, 
/**
 * The last rows, whatever their numbers.
 */
follow: boolean, 
/**
 * Nothing is taken in until it is false again.
 */
paused: boolean, 
/**
 * A topic filter; empty for all topics.
 */
filter: string, 
/**
 * A text in topic or payload; empty for all.
 */
text: string, 
/**
 * 0 if nothing is known.
 */
revision: number, };

export type Subscribed = { filter: string, qos: number, noLocal: boolean, retainAsPublished: boolean, 
/**
 * 0 send, 1 send if new, 2 do not send (MQTT 5, 3.8.3.1).
 */
retainHandling: number, identifier: number | null, reason: Reason, };

export type Subscription = { enabled: boolean, filter: string, qos: number, noLocal: boolean, retainAsPublished: boolean, 
/**
 * 0 send, 1 send if new, 2 do not send (MQTT 5, 3.8.3.1).
 */
retainHandling: number, identifier: number | null, };

export type TestFrame = { 
/**
 * Grows with each step.
 */
revision: number, steps: Array<TestStep>, 
/**
 * The step under way.
 */
running: Step | null, 
/**
 * It ended, or another one took its place.
 */
over: boolean, };

export type TestStep = { step: Step, tookMillis: number, 
/**
 * What was found: an address, a TLS version, a count of subscriptions.
 */
detail: string | null, failure: Failure | null, };

export type ThemeChoice = "system" | "light" | "dark";

export type Tidied = { 
/**
 * It is at work.
 */
running: boolean, 
/**
 * When it was last through, or failed.
 */
at: number | null, 
/**
 * When something last went.
 */
removed: TidiedAway | null, 
/**
 * Why it failed the last time.
 */
error: ApiError | null, };

export type TidiedAway = { at: number, messages: number, topics: number, freedBytes: number, };

export type TimeComparison = { from: number, to: number, 
/**
 * Messages in between.
 */
messages: number, appeared: number, updated: number, silent: number, 
/**
 * Of each kind so many rows can be looked at.
 */
listed: number, };

export type TimeMark = { at: number, kind: TimeMarkKind, };

export type TimeMarkKind = "stopped" | "resumed" | "connected" | "refused" | "lost" | "missed";

export type TimeShown = { at: number, 
/**
 * Topics that had a message by then.
 */
topics: number, };

export type TimeSpan = { 
/**
 * When the oldest stored message was received; none if nothing is stored.
 */
first: number | null, 
/**
 * When the newest was received or, while a session runs, the present.
 */
last: number, 
/**
 * What happened, oldest first. Of more than can be told apart, the gravest.
 */
marks: Array<TimeMark>, 
/**
 * Stretches without a connection, oldest first.
 */
gaps: Array<Gap>, 
/**
 * The time that is shown now; none for the present.
 */
at: number | null, };

export type TimeStep = { "kind": "second" } | { "kind": "change", topic: string, };

export type TimelineEntry = { at: number, event: TimelineEvent, };

export type TimelineEvent = { "kind": "connected", sessionPresent: boolean, 
/**
 * Since the broker was last heard; none at the first connect.
 */
awayMillis: number | null, } | { "kind": "missed", missed: Missed, } | { "kind": "lost", failure: Failure, } | { "kind": "refused", failure: Failure, } | { "kind": "waiting", attempt: number, retryAt: number, failure: Failure | null, flapping: Flapping | null, } | { "kind": "subscribed", filters: number, } | { "kind": "granted", filter: string, reason: Reason, } | { "kind": "unsubscribed", filter: string, reason: Reason, } | { "kind": "notSubscribed", detail: string, } | { "kind": "subscriptionRefused", filter: string, reason: Reason, } | { "kind": "stopped" };

export type TlsFile = "authority" | "certificate" | "key";

export type TlsProblem = { "kind": "unknownIssuer", 
/**
 * Who signed the certificate.
 */
issuer: string, } | { "kind": "selfSigned", subject: string, } | { "kind": "expired", 
/**
 * When it began to be valid, if known.
 */
from: number | null, 
/**
 * When it ended, if known.
 */
at: number | null, } | { "kind": "notYetValid", 
/**
 * From when on, if known.
 */
at: number | null, 
/**
 * When it will end, if known.
 */
until: number | null, } | { "kind": "nameMismatch", 
/**
 * The name that was looked for.
 */
asked: string, 
/**
 * The hosts and addresses the certificate is for.
 */
presented: Array<string>, } | { "kind": "revoked" } | { "kind": "badCertificate" } | { "kind": "clientCertificateRequired" } | { "kind": "clientCertificateRejected" } | { "kind": "alert", name: string, } | { "kind": "notTls" } | { "kind": "tlsExpected" } | { "kind": "noCommonParameters" } | { "kind": "closed" } | { "kind": "noRoots" } | { "kind": "unreadableCa" } | { "kind": "unreadableClientCertificate" } | { "kind": "unreadableClientKey" } | { "kind": "keyMismatch" } | { "kind": "passphraseNeeded" } | { "kind": "wrongPassphrase" } | { "kind": "oldKeyProtection" } | { "kind": "badServerName" } | { "kind": "other" };

export type Token = { kind: TokenKind, text: string, 
/**
 * The path of the value, where this is one that can be charted.
 */
path: string | null, 
/**
 * What stood here in the message compared with, where it differs.
 */
was: string | null, };

export type TokenInfo = { claims: Array<UserProperty> | null, expires: number | null, notBefore: number | null, };

export type TokenKind = "key" | "str" | "num" | "bool" | "null" | "punct" | "tag" | "text" | "invalid" | "offset" | "byte" | "ascii";

export type TokenProblem = { "kind": "unreadableFile", path: string, } | { "kind": "badCommand" } | { "kind": "noSuchCommand", program: string, } | { "kind": "commandFailed", code: number | null, } | { "kind": "commandTimeout" } | { "kind": "notText" } | { "kind": "empty" } | { "kind": "tooLong", bytes: number, } | { "kind": "expired", at: number, } | { "kind": "notYetValid", at: number, };

export type TopicChange = { topic: string, 
/**
 * Messages in between.
 */
messages: number, 
/**
 * What stood at the first time.
 */
before: TopicValue | null, 
/**
 * What stood at the second time, if it is another message.
 */
after: TopicValue | null, 
/**
 * Both payloads are the same.
 */
same: boolean, };

export type TopicFate = "appeared" | "updated" | "silent";

export type TopicFrame = { topic: string, 
/**
 * The latest message in the history, by the time that is shown.
 */
message: MessageInfo | null, 
/**
 * Its payload, where a look was given and the message is not the known one.
 */
payload: RenderedPayload | null, 
/**
 * Messages of this topic in the history, up to the time that is shown.
 */
count: number, 
/**
 * Messages per second, mean of the last ten seconds.
 */
rate: number, 
/**
 * The broker holds a retained message here.
 */
retained: boolean, 
/**
 * Topics below this one, itself included.
 */
topics: number, 
/**
 * Messages here and below since the connection was opened; 0 at a past time, when they are not counted.
 */
messages: number, };

export type TopicProblem = { "kind": "empty" } | { "kind": "nul" } | { "kind": "tooLong", bytes: number, } | { "kind": "wildcardInName", character: string, } | { "kind": "multiLevelNotLast" } | { "kind": "singleLevelNotAlone" } | { "kind": "badShare" };

export type TopicValue = { received: number, preview: Preview, };

export type TransferProblem = { "kind": "tooLarge", bytes: number, most: number, } | { "kind": "empty" } | { "kind": "cutOff" } | { "kind": "notJson", line: number, column: number, } | { "kind": "notRecognized" } | { "kind": "wrongShape", at: string, } | { "kind": "newerVersion", found: number, known: number, } | { "kind": "sealed" } | { "kind": "wrongPassphrase" } | { "kind": "shortPassphrase", least: number, } | { "kind": "noConnections" } | { "kind": "inUse" } | { "kind": "database", detail: string, } | { "kind": "forgotten" };

export type TransferProgram = "mqttExplorer" | "mqttx" | "treetop";

export type Transport = "mqtt" | "mqtts" | "ws" | "wss";

export type TreeAnchor = { topic: string, row: number, };

export type TreeFilter = { text: string, mode: FilterMode, scope: FilterScope, matchCase: boolean, };

export type TreeFrame = { revision: number, totalRows: number, totalTopics: number, first: number, 
/**
 * By how many rows the anchor moved; the answer begins so many rows later.
 */
moved: number, rows: Array<TreeRow>, 
/**
 * Ancestors of the first row which are themselves above the view, outermost first.
 */
sticky: Array<TreeRow>, 
/**
 * How many topics the filter hits; none without a filter.
 */
hits: number | null, 
/**
 * How much of the topics the filter has looked at, from 0 to 1; none once it is all.
 */
searching: number | null, paused: boolean, sort: TreeSort, 
/**
 * The past time that is shown, when messages are not counted; none for the present.
 */
at: number | null, };

export type TreeFrom = { "kind": "topic", topic: string, } | { "kind": "row", row: number, };

export type TreeRow = { node: number, 
/**
 * The full topic; a part of it is the segment.
 */
topic: string, depth: number, segment: string, hasChildren: boolean, expanded: boolean, 
/**
 * Topics here and below.
 */
topics: number, 
/**
 * Messages here and below.
 */
messages: number, 
/**
 * Payload bytes here and below.
 */
bytes: number, 
/**
 * Messages per second here and below, over the last five to ten seconds.
 */
rate: number, 
/**
 * Payload bytes per second.
 */
byteRate: number, preview: Preview | null, trend: Trend, 
/**
 * When the value last changed.
 */
changedAt: number | null, activity: Activity, retained: boolean, posInSet: number, setSize: number, 
/**
 * The parts of the segment that the filter hit: first and last + 1, in UTF-16 units.
 */
hits: Array<[number, number]>, 
/**
 * The same of the text of the preview.
 */
previewHits: Array<[number, number]>, };

export type TreeSort = "name" | "messages" | "rate" | "latest" | "size";

export type TreeTarget = { row: number, node: number, topic: string, };

export type TreeWindow = { first: number, count: number, revision: number, 
/**
 * A row that is to stay where it is on screen while topics come above it.
 */
anchor: TreeAnchor | null, };

export type Trend = "none" | "up" | "down" | "changed";

export type UserProperty = { name: string, value: string, };

export type WhileOffline = "keep" | "refuse";

export type WhyInMemory = "noKeyring" | "silent" | "locked" | "failed";

export type Will = { topic: string, payload: string, 
/**
 * The payload is typed as hexadecimal digits.
 */
payloadHex: boolean, qos: number, retain: boolean, delaySecs: number, expirySecs: number | null, 
/**
 * The payload is announced as UTF-8 text.
 */
isText: boolean, contentType: string | null, responseTopic: string | null, correlation: Correlation | null, userProperties: Array<UserProperty>, };

export type Commands = {
  app_info: { args: {  }; reply: AppInfo };
  settings: { args: {  }; reply: Settings };
  settings_save: { args: { settings: Settings }; reply: void };
  demo_open: { args: {  }; reply: string };
  connections: { args: { revision: number }; reply: ConnectionsFrame };
  profile_new: { args: {  }; reply: Profile };
  profile_from_address: { args: { address: string }; reply: Profile };
  profile: { args: { id: string }; reply: ProfileEntry };
  profile_check: { args: { profile: Profile }; reply: Array<ProfileProblem> };
  profile_save: { args: { profile: Profile; secrets: SecretChanges }; reply: void };
  profile_duplicate: { args: { id: string }; reply: string };
  profile_delete: { args: { id: string; withHistory: boolean }; reply: void };
  profile_test: { args: { profile: Profile; secrets: SecretChanges }; reply: number };
  profile_test_frame: { args: { test: number; revision: number }; reply: TestFrame };
  profile_token: { args: { profile: Profile; secret: PasswordChange }; reply: TokenInfo };
  profile_pick_file: { args: {  }; reply: string | null };
  import_sources: { args: {  }; reply: Array<ImportSource> };
  import_read: { args: { path: string; passphrase: string | null }; reply: ImportList };
  import_take: { args: { import: number; chosen: Array<number> }; reply: ImportTaken };
  import_forget: { args: {  }; reply: void };
  export_write: { args: { passphrase: string | null }; reply: Saved };
  connection_connect: { args: { id: string }; reply: void };
  connection_browse: { args: { id: string }; reply: void };
  connection_disconnect: { args: { id: string }; reply: void };
  connection_retry: { args: { id: string }; reply: void };
  connection_close: { args: { id: string }; reply: void };
  status: { args: { id: string; revision: number }; reply: StatusFrame };
  timeline: { args: { id: string; limit: number }; reply: Array<TimelineEntry> };
  topic_subscribe: { args: { id: string; subscription: Subscription }; reply: Subscribed };
  topic_unsubscribe: { args: { id: string; filter: string }; reply: Reason };
  tree_frame: { args: { id: string; window: TreeWindow }; reply: TreeFrame | null };
  tree_expand: { args: { id: string; node: number; expanded: boolean; branch: boolean }; reply: void };
  tree_collapse_all: { args: { id: string }; reply: void };
  tree_filter: { args: { id: string; filter: TreeFilter }; reply: FilterMode };
  tree_hit: { args: { id: string; from: string | null; backwards: boolean }; reply: TreeTarget | null };
  tree_sort: { args: { id: string; sort: TreeSort }; reply: void };
  tree_hold: { args: { id: string; held: boolean }; reply: void };
  tree_pause: { args: { id: string; paused: boolean }; reply: void };
  tree_reveal: { args: { id: string; topic: string }; reply: TreeTarget | null };
  tree_place: { args: { id: string; topic: string }; reply: number | null };
  tree_parent: { args: { id: string; from: TreeFrom }; reply: TreeTarget | null };
  tree_type_ahead: { args: { id: string; from: TreeFrom; prefix: string }; reply: TreeTarget | null };
  tree_find: { args: { id: string; text: string; limit: number }; reply: Array<string> };
  tree_busiest: { args: { id: string; by: BusyBy; limit: number; wait: boolean }; reply: Busiest };
  time_span: { args: { id: string }; reply: TimeSpan };
  time_go: { args: { id: string; at: number }; reply: TimeShown | null };
  time_live: { args: { id: string }; reply: void };
  time_step: { args: { id: string; at: number; forward: boolean; step: TimeStep }; reply: number | null };
  time_compare: { args: { id: string; from: number; to: number }; reply: TimeComparison | null };
  time_compare_end: { args: { id: string }; reply: void };
  time_changes: { args: { id: string; fate: TopicFate; first: number; count: number }; reply: Array<TopicChange> };
  topic_frame: { args: { id: string; topic: string; known: number | null; look: PayloadLook | null }; reply: TopicFrame };
  message_info: { args: { id: string; message: number }; reply: MessageInfo };
  message_payload: { args: { id: string; message: number; look: PayloadLook }; reply: RenderedPayload };
  message_page: { args: { id: string; topic: string; before: number | null; limit: number }; reply: HistoryPage };
  message_diff: { args: { id: string; a: number; b: number }; reply: MessageDiff };
  message_diff_rows: { args: { id: string; a: number; b: number; inline: boolean; first: number; count: number }; reply: Array<DiffRow> };
  message_text: { args: { id: string; message: number; format: Format | null }; reply: string };
  message_copy: { args: { id: string; message: number; format: Format | null }; reply: void };
  message_draft: { args: { id: string; message: number }; reply: Draft };
  message_numbers: { args: { id: string; message: number }; reply: Array<NumberField> };
  message_save: { args: { id: string; message: number }; reply: Saved };
  message_command: { args: { id: string; message: number }; reply: PublishCommand };
  payload_rows: { args: { id: string; message: number; window: PayloadWindow }; reply: PayloadRows | null };
  payload_bytes: { args: { id: string; message: number; window: BytesWindow }; reply: PayloadBytes };
  payload_find: { args: { id: string; message: number; place: SearchPlace; query: PayloadQuery; index: number }; reply: PayloadFound | null };
  payload_field: { args: { id: string; message: number; at: FieldAt }; reply: PayloadField | null };
  payload_close: { args: { id: string }; reply: void };
  stream_frame: { args: { id: string; window: StreamWindow }; reply: StreamFrame };
  stream_clear: { args: { id: string }; reply: void };
  recording_export: { args: { id: string; selection: MessageSelection; format: RecordingFormat }; reply: number | null };
  recording_import: { args: {  }; reply: number | null };
  replay_survey: { args: { source: ReplaySource }; reply: number };
  replay_start: { args: { id: string; source: ReplaySource; options: ReplayOptions; confirmed: ReplayConfirmed }; reply: number };
  job_frame: { args: { job: number; revision: number }; reply: JobFrame };
  job_order: { args: { job: number; order: JobOrder }; reply: void };
  search_start: { args: { id: string; query: SearchQuery }; reply: number };
  search_frame: { args: { id: string; search: number; window: SearchWindow }; reply: SearchFrame | null };
  search_stop: { args: { id: string; search: number }; reply: void };
  search_go_on: { args: { id: string; search: number }; reply: void };
  decoders: { args: { id: string }; reply: Decoders };
  decoders_save: { args: { id: string; rules: Array<DecoderRule> }; reply: Decoders };
  schema_add: { args: { id: string; path: string }; reply: Decoders };
  schema_remove: { args: { id: string; name: string }; reply: Decoders };
  series_list: { args: { id: string }; reply: Array<Series> };
  series_add: { args: { id: string; topic: string; path: string }; reply: Series };
  series_remove: { args: { id: string; series: number }; reply: void };
  series_hide: { args: { id: string; series: number; hidden: boolean }; reply: void };
  chart_frame: { args: { id: string; request: ChartRequest }; reply: ChartFrame | null };
  chart_export: { args: { id: string; export: ChartExport }; reply: Saved };
  topic_check: { args: { topic: string; filter: boolean }; reply: TopicProblem | null };
  payload_check: { args: { payload: string; format: InputFormat }; reply: PayloadCheck };
  publish: { args: { id: string; draft: Draft; offline: WhileOffline }; reply: Sent };
  sent: { args: { id: string; revision: number }; reply: SentFrame };
  sent_draft: { args: { id: string; sent: number }; reply: Draft };
  sent_cancel: { args: { id: string; sent: number }; reply: boolean };
  packets_frame: { args: { id: string; window: PacketWindow }; reply: PacketFrame | null };
  packet_detail: { args: { id: string; packet: number }; reply: PacketDetail | null };
  packets_keep_messages: { args: { id: string; keep: boolean }; reply: void };
  packets_export: { args: { id: string; query: PacketQuery }; reply: Saved };
  retained_frame: { args: { id: string; window: RetainedWindow }; reply: RetainedFrame | null };
  retained_topics: { args: { id: string; window: RetainedWindow }; reply: Array<string> };
  retained_detail: { args: { id: string; topic: string }; reply: RetainedDetail };
  retained_delete: { args: { id: string; topics: Array<string> }; reply: number };
  retained_undo: { args: { id: string; deletion: number }; reply: number };
  retained_deletions: { args: { id: string }; reply: Array<Deletion> };
  retained_refresh: { args: { id: string }; reply: number };
  retained_again: { args: { id: string; topic: string }; reply: RetainedAgain };
  storage: { args: { id: string }; reply: StorageFrame };
  storage_usage: { args: { id: string; look: StorageLook }; reply: StorageUsage };
  storage_amount: { args: { id: string; what: Forget }; reply: StorageAmount };
  storage_forget: { args: { id: string; what: Forget }; reply: boolean };
  storage_stop: { args: { id: string }; reply: void };
  retention_save: { args: { id: string; retention: Retention }; reply: void };
};
