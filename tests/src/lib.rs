//! Guards for real parts: a real mosquitto, real certificates, a real (bad) network, real foreign clients.
//!
//! The suites in `broker/` and `api/` test Treetop against the programs its users meet, so this crate only
//! starts such programs, says when they are ready, and ends them again: each guard stops what it started when
//! it is dropped, also when the test panics. It imitates no broker and knows nothing of Treetop's own crates.

pub mod certificates;
pub mod clients;
mod error;
pub mod mosquitto;
pub mod port;
pub mod proxy;
pub mod publisher;

pub use certificates::Certificates;
pub use clients::Clients;
pub use error::{Error, Log};
pub use mosquitto::Mosquitto;
pub use proxy::Proxy;
pub use publisher::Publisher;
