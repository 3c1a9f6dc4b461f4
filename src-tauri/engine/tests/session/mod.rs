//! What a session promises, one file per promise.

mod delivery;
mod hostile;
mod identity;
mod life;
mod outbox;
mod packets;
mod proxies;
mod publishing;
mod reconnecting;
mod resuming;
mod storm;
mod support;
mod transports;
mod ways;
