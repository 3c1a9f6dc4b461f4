//! The session against real brokers, and against fake ones where a real one is too polite.
#![allow(clippy::unwrap_used)]

mod session;
