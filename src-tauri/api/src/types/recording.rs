//! Recordings: written, read, sent again. Each is a job that goes on while the window does other things.

use std::collections::BTreeMap;

use super::error::ApiError;
use super::retained::{RetainedChange, RetainedGoing};
use super::wire;

wire! {
    /// The formats of a recording.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum RecordingFormat { JsonLines, Csv }

    /// Messages of a history.
    #[serde(rename_all = "camelCase")]
    pub struct MessageSelection {
        /// A topic filter; empty for all topics.
        pub filter: String,
        /// The first and the last message by id, both included; none for the beginning and the newest.
        pub from: Option<f64>,
        pub to: Option<f64>,
        /// Only what this search has found so far. The search is named because its hits may be too many to send.
        pub search: Option<f64>,
    }

    /// Where messages to send again come from.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum ReplaySource {
        History { id: String, selection: MessageSelection },
        File { path: String },
    }

    /// How they are sent again.
    #[serde(rename_all = "camelCase")]
    pub struct ReplayOptions {
        /// How many times as fast as they came, 0.1 to 1,000; none for as fast as the broker takes them.
        pub speed: Option<f64>,
        /// Put in front of each topic as it is.
        pub prefix: String,
        /// With the QoS of the recording; else 0.
        pub qos: bool,
        /// With the retain flag of the recording; else without.
        pub retain: bool,
    }

    /// What a person has confirmed in so many words.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub struct ReplayConfirmed {
        /// That the messages go to topics they may have come from.
        pub same_topics: bool,
        /// That retained messages of the broker are replaced.
        pub retained: bool,
    }

    /// What a person wants of a job.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum JobOrder { Run, Pause, Stop }

    /// A job as far as it is.
    pub struct JobFrame { pub revision: f64, pub state: JobState }

    /// What a job is about and where it stands.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum JobState {
        Exporting { messages: f64, bytes: f64, share: f64 },
        Exported { path: String, messages: f64, bytes: f64 },
        Importing { messages: f64, share: f64 },
        /// `moved`: messages whose time was taken already, and that have the next free microsecond.
        Imported { id: String, messages: f64, moved: f64 },
        Surveying { survey: ReplaySurvey },
        Surveyed { survey: ReplaySurvey },
        Replaying { replay: ReplayState, paused: bool },
        Replayed { replay: ReplayState, stopped: bool },
        /// Retained messages, as are the following three. `id`: the connection.
        Deleting { going: RetainedGoing },
        Deleted { id: String, change: RetainedChange },
        Restoring { going: RetainedGoing },
        Restored { id: String, change: RetainedChange },
        /// It was stopped and left nothing.
        Stopped,
        Failed { error: ApiError },
    }

    /// What would be sent.
    #[serde(rename_all = "camelCase")]
    pub struct ReplaySurvey {
        pub messages: f64,
        pub topics: f64,
        /// Messages with the retain flag.
        pub retained: f64,
        /// Messages on topics that begin with `$`.
        pub of_broker: f64,
        pub bytes: f64,
        /// The first and the last message by id.
        pub first: Option<f64>,
        pub last: Option<f64>,
        pub share: f64,
    }

    /// How far a replay is.
    #[serde(rename_all = "camelCase")]
    pub struct ReplayState {
        pub sent: f64,
        /// Answered without an error; at QoS 0, written to the network.
        pub taken: f64,
        /// Refused, by reason code.
        pub refused: BTreeMap<u8, f64>,
        /// The connection was lost before the answer.
        pub unknown: f64,
        pub not_sent: Vec<NotSentCount>,
        pub behind_millis: f64,
        /// Until the next message is due, while it waits for that.
        pub next_millis: Option<f64>,
        /// It waits for a connection.
        pub waits: bool,
        pub share: f64,
    }

    /// Messages that were not sent for one reason.
    pub struct NotSentCount { pub why: NotSent, pub count: f64 }

    /// Why a message was not sent.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum NotSent { OfBroker, Topic, TooLarge, Qos, Retain, Property }

    /// What is wrong with a line of a recording.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum LineProblem {
        /// The file can't be read, in the words of the system.
        File { detail: String },
        TooLong,
        NotText,
        NotJson { column: f64 },
        /// Not a message, in the words of the parser.
        Shape { detail: String },
        Value { field: String },
        NoColumn { column: String },
        OpenQuote,
        Empty,
    }
}
