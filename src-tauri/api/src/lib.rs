//! What a window can ask for: one table of commands, typed on both sides, and their bodies.
//!
//! It knows no window: the shell makes a function of each row, tests call the bodies directly.

mod api;
mod commands;
mod jobs;
mod looks;
mod opened;
mod table;
mod wire;

pub mod address;
pub mod bindings;
pub mod desktop;
pub mod types;

pub use api::Api;
