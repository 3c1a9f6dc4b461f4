//! From the engine's types to those of the window and back. No decisions are made here.

pub(crate) mod error;
pub(crate) mod filter;
pub(crate) mod message;
pub(crate) mod packets;
pub(crate) mod profile;
pub(crate) mod sent;
pub(crate) mod session;
pub(crate) mod transfer;
