//! Every way a command can fail. Closed, tagged, with data; the words are in the interface.

use super::connection::{ProfileProblem, TopicProblem};
use super::recording::LineProblem;
use super::search::SearchProblem;
use super::session::Failure;
use super::transfer::TransferProblem;
use super::tree::FilterProblem;
use super::wire;

wire! {
    /// Why a command could not be carried out.
    #[serde(tag = "kind", rename_all = "camelCase")]
    #[derive(thiserror::Error)]
    pub enum ApiError {
        #[error("no such connection: {id}")]
        UnknownConnection { id: String },
        #[error("the connection is not open: {id}")]
        NotOpen { id: String },
        #[error("not connected")]
        NotConnected,
        #[error("not connected, and QoS 0 does not wait")]
        OfflineQos0,
        #[error("the outbox is full: {messages} messages, {bytes} bytes")]
        OutboxFull { messages: f64, bytes: f64 },
        #[error("the connection was lost before the broker confirmed")]
        LostBeforeConfirmed,
        #[error("no such message in the history")]
        UnknownMessage,
        #[error("not a usable topic")]
        Topic { problem: TopicProblem },
        #[error("not a usable connection")]
        Profile { problems: Vec<ProfileProblem> },
        #[error("not a usable address: {address}")]
        Address { address: String },
        #[error("not a usable filter")]
        Filter { problem: FilterProblem },
        #[error("not a usable payload")]
        Payload { problem: PayloadProblem },
        #[error("the message has {bytes} bytes, the broker allows {limit}")]
        TooLarge { bytes: f64, limit: f64 },
        #[error("the connection failed")]
        Connection { failure: Failure },
        #[error("the broker takes at most QoS {maximum}")]
        QosNotSupported { maximum: u8 },
        #[error("the broker keeps no retained messages")]
        RetainNotSupported,
        #[error("a property is too long or has a NUL character")]
        BadProperty,
        #[error("a subscription identifier is 1 to 268,369,919")]
        BadIdentifier,
        #[error("the history can't be used: {detail}")]
        History { detail: String },
        #[error("the saved connections can't be used: {detail}")]
        Profiles { detail: String },
        #[error("the password can't be kept: {detail}")]
        Secrets { detail: String },
        #[error("the file can't be used: {path}: {detail}")]
        File { path: String, detail: String },
        #[error("no such field in the messages of this topic: {path}")]
        NoSuchField { path: String },
        #[error("no more than 24 series at a time")]
        TooManySeries,
        #[error("the chart can't be drawn: {detail}")]
        Export { detail: String },
        #[error("the demo broker can't start: {detail}")]
        Demo { detail: String },
        #[error("the file of connections can't be used: {problem:?}")]
        Transfer { problem: TransferProblem },
        #[error("nothing can be looked for: {problem:?}")]
        Search { problem: SearchProblem },
        #[error("the clipboard can't be used: {detail}")]
        Clipboard { detail: String },
        #[error("too long to be laid out as a whole")]
        TooLong,
        #[error("nothing to undo")]
        NothingToUndo,
        #[error("a history file has no broker")]
        HistoryFile,
        #[error("line {line} of the recording can't be read: {problem:?}")]
        RecordingLine { line: f64, problem: LineProblem },
        #[error("not confirmed")]
        NotConfirmed,
        #[error("no such job")]
        UnknownJob,
        #[error("stopped")]
        Stopped,
    }

    /// Why and from which UTF-16 unit on a text is no regular expression.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub struct RegexProblem { pub fault: RegexFault, pub at: u32 }

    /// What is wrong with a regular expression.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum RegexFault {
        OpenGroup, ExtraClose, OpenClass, NothingToRepeat, BadCount, BadRange, BadEscape,
        /// A class of characters that does not exist.
        UnknownClass,
        BadFlag,
        /// Look-around and back references, which no bound on the time can be kept with.
        Unsupported,
        TooDeep, Other,
    }

    /// Where and why a typed payload is not what its format wants.
    #[serde(rename_all = "camelCase")]
    pub struct PayloadProblem {
        pub kind: PayloadProblemKind,
        /// Counted from 1.
        pub line: u32,
        /// Counted from 1, in characters.
        pub column: u32,
    }

    /// The ways a typed payload can be wrong.
    #[serde(rename_all = "camelCase")]
    pub enum PayloadProblemKind { Json, HexDigit, HexOdd, Base64 }
}
