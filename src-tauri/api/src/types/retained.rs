//! Retained messages: the list, deleting with proof, undo.

use super::error::ApiError;
use super::message::MessageInfo;
use super::session::Reason;
use super::tree::Preview;
use super::wire;

wire! {
    /// Which rows of the list are wanted.
    #[serde(rename_all = "camelCase")]
    pub struct RetainedWindow {
        /// A topic filter with wildcards, or a part of a topic.
        pub filter: String,
        pub only: RetainedGroup,
        pub sort: RetainedSort,
        pub descending: bool,
        pub first: f64,
        pub count: u32,
        pub revision: f64,
    }

    /// The groups above the list.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum RetainedGroup { All, Mistakes, Old, Large }

    /// The columns that sort.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum RetainedSort { Topic, Size, Qos, Age }

    /// The rows in view.
    #[serde(rename_all = "camelCase")]
    pub struct RetainedFrame {
        pub revision: f64,
        pub total_rows: f64,
        pub total_bytes: f64,
        /// How many are in each group, for the filter as it is.
        pub all: f64,
        pub mistakes: f64,
        pub old: f64,
        pub large: f64,
        pub first: f64,
        pub rows: Vec<RetainedRow>,
    }

    /// One retained message.
    #[serde(rename_all = "camelCase")]
    pub struct RetainedRow {
        pub topic: String,
        pub message: f64,
        pub preview: Preview,
        pub size: f64,
        pub qos: u8,
        /// When it was first seen, in this or an earlier run.
        pub first_seen: f64,
        /// It was there before, so it may be older than `first_seen`.
        pub or_older: bool,
        pub content_type: Option<String>,
        pub hint: Option<RetainedHint>,
    }

    /// Why a retained message may be a mistake.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum RetainedHint { Command, Event, Large }

    /// One retained message with everything.
    pub struct RetainedDetail { pub row: RetainedRow, pub message: Option<MessageInfo> }

    /// How far deleting or restoring is.
    #[serde(rename_all = "camelCase")]
    pub struct RetainedGoing {
        pub of: f64,
        pub done: f64,
        pub failed: f64,
        /// It waits for a connection.
        pub waits: bool,
    }

    /// What came of deleting or restoring.
    #[serde(rename_all = "camelCase")]
    pub struct RetainedChange {
        /// Names the kept copies, for undo.
        pub deletion: f64,
        pub done: f64,
        pub failed: Vec<RetainedFailure>,
        /// Left alone, because it was stopped or the history failed.
        pub left: f64,
        /// A fresh subscription showed the result; false if the broker could not be asked or it was stopped.
        pub verified: bool,
        /// Why it did not go on.
        pub broken: Option<ApiError>,
    }

    /// Those that were not deleted or restored for one reason.
    pub struct RetainedFailure {
        pub why: RetainedFailureKind,
        pub count: f64,
        /// The first hundred of them.
        pub topics: Vec<String>,
    }

    /// Why not.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum RetainedFailureKind {
        Refused { reason: Reason },
        /// Confirmed by the broker, yet a fresh subscription still delivers it.
        StillThere,
        /// Published again, yet a fresh subscription does not deliver it.
        Missing,
        NotSent,
    }

    /// What came of asking the broker for one message once more.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum RetainedAgain {
        /// It was sent, and is on its way into the history.
        Came,
        /// The broker sent none in a few seconds.
        Nothing,
        Refused { reason: Reason },
    }

    /// Kept copies that can be published again.
    pub struct Deletion {
        pub id: f64,
        pub at: f64,
        pub count: f64,
        /// The first hundred of them.
        pub topics: Vec<String>,
    }
}
