//! How payloads are read: the choices of a person for topics, and their schemas.

use super::message::Format;
use super::wire;

wire! {
    /// All payloads of the topics that a filter matches are read in this way. Of several the most specific
    /// filter counts.
    #[serde(rename_all = "camelCase")]
    #[derive(Eq)]
    pub struct DecoderRule {
        pub filter: String,
        pub format: Format,
        /// For protocol buffers: the message type with its package; none goes by field numbers.
        pub message_type: Option<String>,
    }

    /// A `.proto` file that was loaded.
    #[serde(rename_all = "camelCase")]
    pub struct SchemaInfo {
        pub name: String,
        /// The message types it defines.
        pub message_types: Vec<String>,
        /// Why it can't be used.
        pub problem: Option<SchemaProblem>,
    }

    /// What is wrong with a schema, and where; not always in the file itself.
    #[serde(rename_all = "camelCase")]
    pub struct SchemaProblem {
        pub file: String,
        /// Counted from 1.
        pub line: Option<u32>,
        /// Counted from 1.
        pub column: Option<u32>,
        /// In the words of the compiler.
        pub detail: String,
    }

    /// Everything about reading the payloads of a connection.
    pub struct Decoders { pub rules: Vec<DecoderRule>, pub schemas: Vec<SchemaInfo> }
}
