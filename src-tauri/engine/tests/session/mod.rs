//! What a session promises, one file per promise.

mod delivery;
mod hostile;
mod identity;
mod publishing;
mod reconnecting;
mod support;
mod transports;
mod ways;
