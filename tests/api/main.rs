//! The commands as the window calls them, against a real mosquitto and real files, without a window.
#![allow(clippy::unwrap_used)]

mod anywhere;
mod decoders;
mod house;
mod life;
mod lines;
mod messages;
mod packets;
mod publishing;
mod retained;
mod second;
mod secrets;
mod transfer;
mod tree;
