//! Everything as it comes, in one list.

use super::tree::Preview;
use super::wire;

wire! {
    /// Which rows of the stream, and what is known of them.
    #[serde(rename_all = "camelCase")]
    pub struct StreamWindow {
        /// The number of the first row; it stays with a row while others come and go.
        pub first: f64,
        pub count: u32,
        /// The last rows, whatever their numbers.
        pub follow: bool,
        /// Nothing is taken in until it is false again.
        pub paused: bool,
        /// A topic filter; empty for all topics.
        pub filter: String,
        /// A text in topic or payload; empty for all.
        pub text: String,
        /// 0 if nothing is known.
        pub revision: f64,
    }

    /// The rows asked for, and where the stream stands.
    #[serde(rename_all = "camelCase")]
    pub struct StreamFrame {
        pub revision: f64,
        /// The number of the first row there is.
        pub start: f64,
        /// Rows there are.
        pub total: f64,
        pub beginning: StreamBeginning,
        /// The number of the first of `rows`.
        pub first: f64,
        pub rows: Vec<StreamRow>,
        /// Rows that came in the last second.
        pub rate: f64,
        /// Messages received since it was paused, whether they match or not.
        pub waiting: f64,
        /// It has more to take in than it could.
        pub behind: bool,
    }

    /// Why the list begins where it does.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum StreamBeginning {
        /// It is still looking further back.
        Looking,
        /// With the first message there is, or the first after it was cleared.
        Whole,
        /// Older messages are in the history and not in the list.
        Cut,
    }

    /// One row.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum StreamRow {
        Message { message: StreamMessage },
        /// Messages of QoS 0 were dropped here.
        Gap { count: f64 },
        /// Retention has removed it.
        Gone,
    }

    /// A message on one line.
    #[serde(rename_all = "camelCase")]
    pub struct StreamMessage {
        pub id: f64,
        pub received: f64,
        pub topic: String,
        pub qos: u8,
        pub retain: bool,
        pub dup: bool,
        pub redelivered: bool,
        pub late: bool,
        pub size: f64,
        pub preview: Preview,
    }
}
