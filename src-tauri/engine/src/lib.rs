//! Everything MQTT and history: sessions with brokers, the topic tree, the SQLite history, charts
//! and what a window looks at.
//!
//! It knows no window and no wire format: `treetop-api` turns its types into replies. It builds and
//! passes its tests without a display.
//!
//! Data flows one way: session → ingest → (history, tree, series, retained) → view.

pub mod chart;
pub mod history;
pub mod message;
pub mod payload;
pub mod profiles;
pub mod retained;
pub mod session;
pub mod topic;
pub mod tree;
pub mod view;
