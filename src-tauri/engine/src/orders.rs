//! What a person wants of work that goes on by itself. It runs none of it.

use tokio::sync::watch;

/// What a person wants of work under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Go on.
    #[default]
    Run,
    /// Wait, until told otherwise.
    Pause,
    /// End as soon as possible.
    Stop,
}

/// Where work under way hears what is wanted of it.
pub type Orders = watch::Receiver<Order>;

/// True once the work is to end.
pub(crate) fn stopped(orders: &Orders) -> bool {
    *orders.borrow() == Order::Stop
}
