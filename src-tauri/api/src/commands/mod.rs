//! The bodies of the commands, one file for each part of the window.

mod app;
mod births;
mod charts;
mod connections;
pub(crate) mod decoders;
mod life;
mod messages;
mod packets;
mod payload;
mod publishing;
mod recording;
mod retained;
pub(crate) mod search;
mod storage;
pub(crate) mod stream;
pub(crate) mod testing;
pub(crate) mod time;
pub(crate) mod transfer;
mod tree;
