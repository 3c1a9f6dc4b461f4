//! Searches of the history: what is looked for, how far it is, the hits in view.

use super::error::RegexProblem;
use super::tree::Preview;
use super::wire;

wire! {
    /// What is looked for. Everything given must hold.
    #[serde(rename_all = "camelCase")]
    pub struct SearchQuery {
        /// A topic filter; all topics if empty.
        pub topic: String,
        pub from: Option<f64>,
        pub to: Option<f64>,
        /// In payloads; anything if its text is empty.
        pub payload: SearchText,
        pub property: Option<PropertySearch>,
        /// Levels; any if empty.
        pub qos: Vec<u8>,
        pub retain: Option<bool>,
        /// Only messages that were published while we were away.
        pub late: bool,
        /// Only messages that came again.
        pub redelivered: bool,
    }

    /// A text or a regular expression.
    #[serde(rename_all = "camelCase")]
    pub struct SearchText { pub text: String, pub regex: bool, pub any_case: bool }

    /// A text in a property, in any case; an empty one finds every message that has the property.
    pub struct PropertySearch {
        /// None looks into all.
        pub property: Option<SearchedProperty>,
        pub text: String,
    }

    /// The properties that can be looked into. A user property is looked at as `name=value`.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum SearchedProperty { ContentType, ResponseTopic, CorrelationData, User }

    /// Which hits are wanted, newest first.
    pub struct SearchWindow { pub first: f64, pub count: u32, pub revision: f64 }

    /// How far a search is, and the hits in view.
    #[serde(rename_all = "camelCase")]
    pub struct SearchFrame {
        pub revision: f64,
        pub standing: SearchStanding,
        /// Messages looked at.
        pub looked: f64,
        /// Messages in the range and the topics of the question, once they are counted.
        pub total: Option<f64>,
        /// Everything received after this time was looked at.
        pub reached: Option<f64>,
        /// Hits found so far.
        pub kept: f64,
        /// There is reason to go on.
        pub can_go_on: bool,
        /// How long it was looking, without rests.
        pub busy_millis: f64,
        pub first: f64,
        pub rows: Vec<SearchRow>,
    }

    /// What a search is doing.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum SearchStanding {
        Running,
        /// It holds as many hits as it may without being asked for more.
        Full,
        Stopped,
        Done,
        Failed { detail: String },
    }

    /// One hit.
    pub struct SearchRow {
        pub id: f64,
        pub topic: String,
        pub received: f64,
        pub qos: u8,
        pub retain: bool,
        pub redelivered: bool,
        pub late: bool,
        pub size: f64,
        pub found: SearchFound,
        pub property: Option<FoundProperty>,
    }

    /// What a hit shows of its payload.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum SearchFound {
        /// Its beginning: no text was looked for.
        Head { preview: Preview },
        /// What is around the first match.
        Match { snippet: Snippet },
    }

    /// A piece of text in one line, with what was looked for in its middle.
    #[serde(rename_all = "camelCase")]
    pub struct Snippet {
        pub before: String,
        pub found: String,
        pub after: String,
        pub cut_before: bool,
        pub cut_after: bool,
    }

    /// The property that matched.
    pub struct FoundProperty { pub property: SearchedProperty, pub snippet: Snippet }

    /// Why nothing can be looked for.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum SearchProblem {
        Regex(RegexProblem),
        TooLarge,
        /// The range of time ends before it begins.
        Range,
        /// Another search took its place.
        Gone,
    }
}
