//! From the engine's types to those of the window and back. No decisions are made here.

pub(crate) mod command_line;
pub(crate) mod diff;
pub(crate) mod error;
pub(crate) mod filter;
pub(crate) mod message;
pub(crate) mod packets;
pub(crate) mod profile;
pub(crate) mod recording;
pub(crate) mod search;
pub(crate) mod sent;
pub(crate) mod session;
pub(crate) mod stream;
pub(crate) mod time;
pub(crate) mod transfer;
pub(crate) mod tree;
