//! The commands as the window calls them, against a real mosquitto and real files, without a window.
#![allow(clippy::unwrap_used)]

mod house;
mod life;
mod messages;
mod publishing;
mod retained;
mod transfer;
mod tree;
