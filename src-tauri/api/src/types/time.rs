//! The time machine: what was recorded, going back, and what changed between two times.

use super::chart::Gap;
use super::tree::Preview;
use super::wire;

wire! {
    /// The recorded span of a connection.
    pub struct TimeSpan {
        /// When the oldest stored message was received; none if nothing is stored.
        pub first: Option<f64>,
        /// When the newest was received or, while a session runs, the present.
        pub last: f64,
        /// What happened, oldest first. Of more than can be told apart, the gravest.
        pub marks: Vec<TimeMark>,
        /// Stretches without a connection, oldest first.
        pub gaps: Vec<Gap>,
        /// The time that is shown now; none for the present.
        pub at: Option<f64>,
    }

    /// Something that happened to the connection.
    #[derive(Copy)]
    pub struct TimeMark { pub at: f64, pub kind: TimeMarkKind }

    /// What a mark stands for, from light to grave.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq, PartialOrd, Ord)]
    pub enum TimeMarkKind {
        Stopped,
        /// Connected, and the broker continued the session.
        Resumed,
        Connected,
        Refused,
        Lost,
        /// Messages may be missing.
        Missed,
    }

    /// A time that is shown.
    #[derive(Copy)]
    pub struct TimeShown {
        pub at: f64,
        /// Topics that had a message by then.
        pub topics: f64,
    }

    /// How far a step through time goes.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum TimeStep {
        /// To the end of the next second in which anything was received.
        Second,
        /// To the next value of this topic.
        Change { topic: String },
    }

    /// Two times compared.
    #[derive(Copy)]
    pub struct TimeComparison {
        pub from: f64,
        pub to: f64,
        /// Messages in between.
        pub messages: f64,
        pub appeared: f64,
        pub updated: f64,
        pub silent: f64,
        /// Of each kind so many rows can be looked at.
        pub listed: f64,
    }

    /// What became of a topic between two times.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum TopicFate {
        /// Its first message is in between.
        Appeared,
        /// It had messages before and in between.
        Updated,
        /// It had messages before and none in between.
        Silent,
    }

    /// A topic of a comparison.
    pub struct TopicChange {
        pub topic: String,
        /// Messages in between.
        pub messages: f64,
        /// What stood at the first time.
        pub before: Option<TopicValue>,
        /// What stood at the second time, if it is another message.
        pub after: Option<TopicValue>,
        /// Both payloads are the same.
        pub same: bool,
    }

    /// A message of a topic as a row shows it.
    pub struct TopicValue { pub received: f64, pub preview: Preview }
}
