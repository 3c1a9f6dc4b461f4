//! A payload looked at in stretches: rows, bytes, what is found, what is copied, what differs.

use super::error::RegexProblem;
use super::message::{DecodeProblem, Format, Line, LineChange, MessageInfo};
use super::wire;

wire! {
    /// How a payload becomes rows.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub struct RowShape {
        /// None lets the content decide.
        pub format: Option<Format>,
        /// A row breaks after so many columns, at least 16; none breaks it where nobody reads on.
        pub columns: Option<u32>,
    }

    /// Which rows are in view.
    #[serde(rename_all = "camelCase")]
    pub struct PayloadWindow {
        pub shape: RowShape,
        /// Rows whose map or list is closed, counted from 0 with nothing closed.
        pub folded: Vec<u32>,
        pub first: f64,
        /// At most 500.
        pub count: u32,
        /// What is being searched for; it is marked where it was found.
        pub query: Option<PayloadQuery>,
    }

    /// A stretch of rows.
    #[serde(rename_all = "camelCase")]
    pub struct PayloadRows {
        /// How it was read.
        pub format: Format,
        pub first: f64,
        /// Rows in all, the closed ones taken out.
        pub total: f64,
        pub rows: Vec<PayloadRow>,
        /// False if there are more rows than can be counted.
        pub complete: bool,
        pub problem: Option<DecodeProblem>,
    }

    /// One row.
    #[serde(rename_all = "camelCase")]
    pub struct PayloadRow {
        /// Counted from 0 with nothing closed.
        pub row: f64,
        pub line: Line,
        /// It opens a map or list that is closed.
        pub closed: bool,
        /// It goes on where the row before was cut.
        pub continues: bool,
        /// What was found: from and to, in UTF-16 units of its text.
        pub hits: Vec<(u32, u32)>,
    }

    /// How the words of a search are meant.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum QueryKind { Text, Regex, Hex }

    /// What is searched for in a payload.
    #[serde(rename_all = "camelCase")]
    #[derive(Eq)]
    pub struct PayloadQuery {
        pub text: String,
        pub kind: QueryKind,
        /// Capital letters count.
        pub case: bool,
    }

    /// Where a search looks.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum SearchPlace {
        /// In the text of the rows.
        Rows { shape: RowShape, folded: Vec<u32> },
        /// In the bytes, as [`BytesWindow`] has them.
        Bytes { format: Option<Format> },
    }

    /// What a search found.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum PayloadFound {
        /// So many places, and one of them. `more`: there may be more than were counted. `searched`: how many
        /// rows were searched, where the payload has more.
        Found { count: f64, more: bool, searched: Option<f64>, place: Option<FoundPlace> },
        NotHex,
        NotRegex(RegexProblem),
        /// An expression that takes too much memory.
        TooLarge,
    }

    /// One place that was found.
    #[serde(rename_all = "camelCase")]
    pub struct FoundPlace {
        /// Counted from 0.
        pub index: f64,
        /// The row, counted from 0 with nothing closed but what remains of `folded`.
        pub row: f64,
        /// The closed maps and lists that hid it; they are open now.
        pub opened: Vec<u32>,
        /// Bytes, where bytes were searched.
        pub from: f64,
        pub to: f64,
    }

    /// Which bytes are in view.
    #[serde(rename_all = "camelCase")]
    pub struct BytesWindow {
        /// Hex and Base64 are of the bytes as they came; anything else is of those inside.
        pub format: Option<Format>,
        pub from: f64,
        /// At most 32 kB.
        pub count: u32,
        /// Bytes that differ from the topic's message before are named.
        pub changes: bool,
        /// What is being searched for; it is marked where it was found.
        pub query: Option<PayloadQuery>,
    }

    /// A stretch of bytes.
    #[serde(rename_all = "camelCase")]
    pub struct PayloadBytes {
        pub from: f64,
        /// All bytes there are.
        pub total: f64,
        /// Lower-case hexadecimal.
        pub hex: String,
        /// What differs from the message before: from and to, counted from the start of the stretch.
        pub changed: Vec<(u32, u32)>,
        /// What was found, in the same way.
        pub hits: Vec<(u32, u32)>,
    }

    /// Which value of a payload is meant.
    #[serde(tag = "kind", rename_all = "camelCase")]
    #[derive(Copy)]
    pub enum FieldAt {
        /// What begins on a row of the whole payload, counted from 0 with nothing closed.
        Row { shape: RowShape, row: f64 },
        /// By the number that a [`Line`](super::message::Line) has it under, however it is laid out.
        Value { format: Option<Format>, value: u32 },
    }

    /// The value on a row.
    #[serde(rename_all = "camelCase")]
    pub struct PayloadField {
        pub path: Option<String>,
        pub value: String,
        /// False where it has more rows than are copied.
        pub complete: bool,
    }

    /// A message as a command for a shell.
    #[serde(rename_all = "camelCase")]
    pub struct PublishCommand {
        pub text: String,
        /// What somebody who runs it has to know.
        pub notes: Vec<CommandNote>,
    }

    /// What a command does not do by itself.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum CommandNote {
        /// The payload is too large for a command; it is read from this file, saved before.
        File { name: String },
        /// The connection signs in with a password or token, which is never written down.
        Password,
        /// The correlation data has bytes that no argument can hold.
        Correlation,
        /// The tool knows no WebSocket; the command goes to the same host and port over TCP.
        WebSocket,
        /// The tool cannot connect through an HTTP proxy.
        Proxy,
        /// The tool always verifies certificates, or needs the certificate as PEM.
        Certificate,
    }

    /// Two messages compared.
    #[serde(rename_all = "camelCase")]
    pub struct MessageDiff {
        pub a: MessageInfo,
        pub b: MessageInfo,
        /// The payloads are the same, byte for byte.
        pub same: bool,
        /// How both were read.
        pub format: Format,
        /// Rows side by side.
        pub rows: f64,
        /// Lines below each other.
        pub lines: f64,
        pub changed: f64,
        pub added: f64,
        pub removed: f64,
        /// The most that was compared of each payload, in bytes, where that is not all of both.
        pub compared: Option<f64>,
        /// Where stretches that differ begin, the first 10,000 of them: as a row, and as a line.
        pub differences: Vec<(u32, u32)>,
    }

    /// A row of a comparison: both sides of a row, or one of a line.
    pub struct DiffRow { pub change: Option<LineChange>, pub a: Option<DiffLine>, pub b: Option<DiffLine> }

    /// One side.
    pub struct DiffLine { pub line: Line, pub differs: Vec<bool> }
}
