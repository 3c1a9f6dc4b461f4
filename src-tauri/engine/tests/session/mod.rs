//! What a session promises, one file per promise.

mod delivery;
mod hostile;
mod publishing;
mod reconnecting;
mod resuming;
mod support;
mod transports;
