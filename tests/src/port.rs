//! Loopback ports that stay free while a broker is down.
//!
//! The operating system's own choice (port 0) comes from the range it also takes for outgoing connections, so a
//! killed broker could find its port used by a stranger when it restarts. These ports lie below that range.

use std::{
    net::{Ipv4Addr, TcpListener},
    process,
    sync::atomic::{AtomicU16, Ordering},
};

use crate::Error;

const FIRST: u16 = 15_000;
const COUNT: u16 = 16_000;

/// A port on 127.0.0.1 that nobody listens on at this moment, and that this process has not handed out lately.
/// Another process may still take it first: whoever binds it must be ready to ask again.
pub fn free() -> Result<u16, Error> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test binaries run side by side: the process id spreads their first choices.
    let offset = (process::id().wrapping_mul(2_654_435_761) >> 16) as u16;
    (0..COUNT)
        .map(|_| FIRST + offset.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT)
        .find(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
        .ok_or(Error::NoPort)
}
