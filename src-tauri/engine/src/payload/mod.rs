//! What the bytes of a message are, and how a person reads them.
//!
//! Pure functions over bytes: they detect a format, lay it out as lines of tokens, find numbers in
//! it and compare two payloads. Nothing is stored, nothing waits, and no function panics or recurses
//! on what a broker sent. What a payload is wrapped in comes off first. Every structured format (JSON,
//! CBOR, MessagePack, Sparkplug B, protocol buffers) becomes the same stream of [`event::Event`]s, so
//! layout, numbers and comparison are written once. Nothing here knows words of a language: kinds and
//! numbers go out, and the window says them.

mod cbor;
mod detect;
mod diff;
mod diff_lines;
mod encode;
mod event;
mod field;
mod folded;
mod frames;
mod hex;
mod image;
mod json;
mod layer;
mod layout;
mod model;
mod moment;
mod msgpack;
mod number;
mod open;
mod path;
mod preview;
mod proto;
mod quantity;
mod reader;
mod render;
mod rows;
mod rules;
mod search;
mod sparkplug;
mod summary;
mod text;
mod track;
mod xml;

#[cfg(test)]
mod nasty;

pub use detect::detect;
pub use diff::{Diff, Row, diff};
pub use encode::{EncodeError, EncodeProblem, InputFormat, encode};
pub use event::{DecodeProblem, Problem};
pub use field::{Field, field};
pub use folded::Folded;
pub use image::dimensions as image_dimensions;
pub use layer::{Layer, MOST_UNPACKED};
pub use model::{
    Change, Format, Hint, ImageKind, Known, Line, LineChange, Rendered, Token, TokenKind, Unread,
};
pub use number::{Found, number_at, numbers};
pub use open::{Opened, open};
pub use path::{FieldPath, PathError, Segment};
pub use preview::{Preview, PreviewKind, preview};
pub use proto::{MessageType, SchemaFile, SchemaProblem, Schemas};
pub use render::{DEFAULT_LIMIT, render};
pub use rows::Outline;
pub use rules::{Rule, Rules, specificity};
pub use search::{Hit, Hits, Query, QueryKind, QueryProblem};
pub use sparkplug::{Aliases, birth_topics};
pub use summary::{FieldChange, change_summary};
