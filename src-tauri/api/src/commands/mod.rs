//! The bodies of the commands, one file for each part of the window.

mod app;
mod charts;
mod connections;
mod life;
mod messages;
mod packets;
mod publishing;
mod retained;
pub(crate) mod testing;
pub(crate) mod time;
pub(crate) mod transfer;
mod tree;
