//! Everything MQTT and history: sessions with brokers, the topic tree, the SQLite history, charts
//! and what a window looks at.
//!
//! It knows no window and no wire format: `treetop-api` turns its types into replies. It builds and
//! passes its tests without a display.
//!
//! Data flows one way: session → ingest → (history, tree, series, retained) → view.

pub mod chart;
pub mod clearing;
pub mod connection;
pub mod dial;
pub mod engine;
pub mod expression;
pub mod history;
pub mod ingest;
pub mod intake;
pub mod message;
pub mod moment;
pub mod orders;
pub mod outbox;
pub mod payload;
pub mod profiles;
pub mod rate;
mod recent;
pub mod recording;
pub mod retained;
pub mod series;
pub mod session;
pub mod stream;
pub mod tidying;
pub mod topic;
pub mod tree;
mod unseen;
pub mod view;
