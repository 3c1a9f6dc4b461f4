//! The control packets of a connection as a person reads them: what went over the wire, both ways,
//! kept in bounds and decoded only when somebody looks.
//!
//! It takes no part in the protocol: the client library works without it, and a packet that cannot
//! be read here is shown as such and harms nothing.

mod decode;
mod field;
mod list;
mod log;
mod property;
mod reader;
mod tap;
mod text;

pub use decode::decode;
pub use field::{Decoded, Direction, Field, Kind, Problem, Value, Wrong};
pub use list::{PacketList, Page, Query};
pub use log::{Counts, Logged, Overview, PacketLog};
pub(super) use tap::Listener;
pub use text::summary;

#[cfg(test)]
mod keeping;
#[cfg(test)]
mod tests;
