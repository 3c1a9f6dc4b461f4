//! The topic tree as a window sees it: only the rows in view.

use super::connection::TopicProblem;
use super::error::RegexProblem;
use super::wire;

wire! {
    /// Which rows are wanted, and what is known already.
    pub struct TreeWindow {
        pub first: f64,
        pub count: u32,
        pub revision: f64,
        /// A row that is to stay where it is on screen while topics come above it.
        pub anchor: Option<TreeAnchor>,
    }

    /// A topic or branch and the row it was seen at.
    pub struct TreeAnchor { pub topic: String, pub row: f64 }

    /// The rows in view.
    #[serde(rename_all = "camelCase")]
    pub struct TreeFrame {
        pub revision: f64,
        pub total_rows: f64,
        pub total_topics: f64,
        pub first: f64,
        /// By how many rows the anchor moved; the answer begins so many rows later.
        pub moved: f64,
        pub rows: Vec<TreeRow>,
        /// Ancestors of the first row which are themselves above the view, outermost first.
        pub sticky: Vec<TreeRow>,
        /// How many topics the filter hits; none without a filter.
        pub hits: Option<f64>,
        /// How much of the topics the filter has looked at, from 0 to 1; none once it is all.
        pub searching: Option<f64>,
        pub paused: bool,
        pub sort: TreeSort,
        /// The past time that is shown, when messages are not counted; none for the present.
        pub at: Option<f64>,
    }

    /// One row of the tree.
    #[serde(rename_all = "camelCase")]
    pub struct TreeRow {
        pub node: u32,
        /// The full topic; a part of it is the segment.
        pub topic: String,
        pub depth: u32,
        pub segment: String,
        pub has_children: bool,
        pub expanded: bool,
        /// Topics here and below.
        pub topics: f64,
        /// Messages here and below.
        pub messages: f64,
        /// Payload bytes here and below.
        pub bytes: f64,
        /// Messages per second here and below, over the last five to ten seconds.
        pub rate: f64,
        /// Payload bytes per second.
        pub byte_rate: f64,
        pub preview: Option<Preview>,
        pub trend: Trend,
        /// When the value last changed.
        pub changed_at: Option<f64>,
        pub activity: Activity,
        pub retained: bool,
        pub pos_in_set: f64,
        pub set_size: f64,
        /// The parts of the segment that the filter hit: first and last + 1, in UTF-16 units.
        pub hits: Vec<(u32, u32)>,
        /// The same of the text of the preview.
        pub preview_hits: Vec<(u32, u32)>,
    }

    /// When something last arrived here or below.
    #[serde(rename_all = "camelCase")]
    pub enum Activity { Quiet, Recent, Now }

    /// How the value last moved.
    #[serde(rename_all = "camelCase")]
    pub enum Trend { None, Up, Down, Changed }

    /// A payload on one line.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum Preview {
        Text { text: String },
        Number { text: String },
        Json { text: String },
        Binary { hex: String, size: f64 },
        /// `format` is `PNG`, `JPEG` and so on.
        Image { format: String, size: f64 },
        /// None if only the start of it is known.
        Sparkplug { metrics: Option<u32> },
        /// CBOR or MessagePack, written like JSON.
        Packed { text: String },
        Empty,
    }

    /// The order of siblings.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum TreeSort { Name, Messages, Rate, Latest, Size }

    /// The busiest topics and branches over the last five to ten seconds, the busiest first.
    pub struct Busiest {
        /// Each with its own messages.
        pub topics: Vec<Busy>,
        /// Each with all below it; one that only passes on what a single branch has is left out.
        pub branches: Vec<Busy>,
        /// Messages per second of the whole connection.
        pub rate: f64,
        /// Bytes per second of the whole connection.
        pub bytes: f64,
    }

    /// A topic or branch with its messages and bytes per second.
    pub struct Busy { pub topic: String, pub rate: f64, pub bytes: f64 }

    /// What makes busy.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum BusyBy { Messages, Bytes }

    /// Where a key begins: at a topic, or at a row that is not at hand yet.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum TreeFrom {
        Topic { topic: String },
        Row { row: f64 },
    }

    /// The row a keyboard step or a jump leads to.
    pub struct TreeTarget { pub row: f64, pub node: u32, pub topic: String }

    /// What the tree is narrowed to; an empty text shows all.
    #[serde(rename_all = "camelCase")]
    pub struct TreeFilter {
        pub text: String,
        pub mode: FilterMode,
        pub scope: FilterScope,
        pub match_case: bool,
    }

    /// How the text of a filter is read. A text that is a topic filter with wildcards is read as such
    /// where it looks only at topics.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum FilterMode { Text, Wildcards, Regex, Fuzzy }

    /// Where a filter looks: the topic, the beginning of its latest value, or both.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum FilterScope { Topic, Value, Both }

    /// Why a text is no filter.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum FilterProblem {
        TooLong { most: u32 },
        /// Not a topic filter.
        Wildcards { problem: TopicProblem },
        Regex(RegexProblem),
        /// A regular expression that takes too much memory.
        TooLarge,
    }
}
