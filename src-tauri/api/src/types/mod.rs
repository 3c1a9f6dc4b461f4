//! Request and reply types, as they cross to the window. TypeScript is generated from them.
//!
//! They hold data, never words: the interface turns them into English or Korean in one place.
//! Times are milliseconds since the Unix epoch (UTC) with microseconds as the fraction, sizes are
//! bytes, durations are named with their unit.

pub mod app;
pub mod chart;
pub mod connection;
pub mod decoders;
pub mod error;
pub mod message;
pub mod packets;
pub mod payload;
pub mod publish;
pub mod recording;
pub mod retained;
pub mod search;
pub mod session;
pub mod storage;
pub mod stream;
pub mod time;
pub mod transfer;
pub mod tree;

/// Declares wire types: serde in both directions, camelCase, and a TypeScript declaration.
macro_rules! wire {
    ($($(#[$attribute:meta])* pub $kind:ident $name:ident $body:tt)*) => {
        $(
            #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
            $(#[$attribute])*
            pub $kind $name $body
        )*
    };
}
pub(crate) use wire;
