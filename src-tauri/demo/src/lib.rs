//! A plant to look at: an MQTT 5 broker inside the process, on 127.0.0.1 only, and a simulated plant
//! that publishes on it.
//!
//! It exists so that somebody without a broker sees a living tree within a second. It shows every
//! kind of payload and topic an explorer has to cope with, retained mistakes included. It knows
//! nothing of the engine or the window: to them it is a broker like any other. It is no load generator.

mod broker;
mod feed;
mod moment;
mod plant;
mod png;
mod responder;
mod signal;
mod sparkplug;

use std::io;
use std::net::SocketAddr;
use std::ops::RangeInclusive;

use tokio::task::JoinSet;

use crate::broker::Broker;
use crate::moment::Clock;
use crate::plant::Plant;
use crate::responder::Responder;
use crate::signal::Seed;

/// The paces at which no waiting time leaves what a clock can count.
const PACES: RangeInclusive<f64> = 0.01..=1000.0;

/// A running demonstration. [`Demo::shutdown`] stops broker and plant and waits for both; dropping
/// it stops both without waiting.
pub struct Demo {
    broker: Broker,
    /// Plant and responder; they are aborted when the set is dropped.
    work: JoinSet<()>,
}

/// How a demonstration runs.
#[derive(Debug, Clone)]
pub struct DemoOptions {
    /// The port on 127.0.0.1; `None` takes a free one.
    pub port: Option<u16>,
    /// Equal seeds give equal curves.
    pub seed: u64,
    /// How fast the plant's time runs: 1.0 is real time, 2.0 twice as fast; from 0.01 to 1000.
    pub pace: f64,
}

impl Default for DemoOptions {
    fn default() -> Self {
        DemoOptions {
            port: None,
            seed: 7,
            pace: 1.0,
        }
    }
}

/// Why a demonstration did not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("port {port} on 127.0.0.1 cannot be used: {source}")]
    Port { port: u16, source: io::Error },
    #[error("the pace must be between 0.01 and 1000, not {0}")]
    Pace(f64),
    #[error("the demo broker did not start: {0}")]
    Broker(#[from] mqtt5::MqttError),
    #[error("the demo broker stopped before it was ready")]
    Stopped,
}

impl Demo {
    /// Starts the broker and opens the plant. On return every topic has published once, so that all
    /// retained messages are in place.
    pub async fn start(options: DemoOptions) -> Result<Demo, DemoError> {
        if !PACES.contains(&options.pace) {
            return Err(DemoError::Pace(options.pace));
        }
        let broker = Broker::start(options.port).await?;
        let clock = Clock::start(options.pace);
        let seed = Seed(options.seed);

        let responder = Responder::register(plant::machines(seed), broker.inlet()).await?;
        let mut plant = Plant::new(seed, broker.inlet());
        plant.open(clock).await;

        let mut work = JoinSet::new();
        work.spawn(responder.run(clock));
        work.spawn(plant.run(clock));
        Ok(Demo { broker, work })
    }

    /// Where the broker listens: always 127.0.0.1.
    pub fn address(&self) -> SocketAddr {
        self.broker.address()
    }

    /// Stops the plant, closes all connections and gives the port back.
    pub async fn shutdown(mut self) {
        self.work.shutdown().await;
        self.broker.stop().await;
    }
}
