//! The bits of a row that say how a message came, beside what its packet said.

/// A message of QoS 1 that was stored before: the broker sent it again because our acknowledgement did not
/// reach it (MQTT 5, 4.4). Told by its duplicate flag and an equal message among the last ones stored.
pub const REDELIVERED: u16 = 1;

/// Delivered from the broker's queue: it was published while we were away. Told by when it came, see
/// `session::late`.
pub const LATE: u16 = 2;
