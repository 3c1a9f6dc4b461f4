//! What a window can ask for: one table of commands, typed on both sides, and their bodies.
//!
//! It knows no window: the shell makes a function of each row, tests call the bodies directly.

mod table;

pub mod bindings;
pub mod types;
