//! The commands as the window calls them, against a real mosquitto and real files, without a window.
#![allow(clippy::unwrap_used)]

mod anywhere;
mod command;
mod decoders;
mod diff;
mod house;
mod large;
mod life;
mod lines;
mod messages;
mod packets;
mod payload;
mod publishing;
mod recording;
mod replay;
mod retained;
mod search;
mod second;
mod secrets;
mod storage;
mod time;
mod transfer;
mod tree;
