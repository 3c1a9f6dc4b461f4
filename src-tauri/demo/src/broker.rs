//! The broker itself: an MQTT 5 broker inside the process that listens on 127.0.0.1 and nowhere else.
//!
//! It keeps everything in memory and asks for no credentials: it is for demonstration, never for
//! benchmarks, since it drops QoS 0 messages under a flood.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use mqtt5::broker::config::{StorageBackend, StorageConfig};
use mqtt5::broker::router::{DeliveryLanes, LaneReceivers, MessageRouter, SubscriptionRequest};
use mqtt5::broker::sys_topics::BrokerStats;
use mqtt5::broker::{BrokerConfig, BrokerShutdownHandle, MqttBroker};
use mqtt5::packet::publish::PublishPacket;
use mqtt5::{MqttError, QoS};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::DemoError;

/// A running broker. Dropping it stops it; [`Broker::stop`] also waits until it has stopped.
pub struct Broker {
    address: SocketAddr,
    inlet: Inlet,
    stopping: BrokerShutdownHandle,
    running: JoinHandle<()>,
}

impl Broker {
    /// Listens on 127.0.0.1, on a free port when `port` is `None`, and returns once it accepts
    /// connections.
    pub async fn start(port: Option<u16>) -> Result<Broker, DemoError> {
        if let Some(port) = port {
            check_free(port).map_err(|source| DemoError::Port { port, source })?;
        }
        let config = BrokerConfig {
            // Often enough that a view of the broker's own numbers is alive.
            sys_topics_interval: Duration::from_secs(2),
            ..BrokerConfig::default()
        }
        .with_bind_address((Ipv4Addr::LOCALHOST, port.unwrap_or(0)))
        // The default backend would write a directory into the working directory.
        .with_storage(StorageConfig::new().with_backend(StorageBackend::Memory));
        let mut broker = MqttBroker::with_config(config).await?;
        let address = broker.local_addr().ok_or(DemoError::Stopped)?;
        let inlet = Inlet {
            router: broker.router(),
            stats: broker.stats(),
        };
        let stopping = broker.shutdown_handle();
        let mut ready = broker.ready_receiver();
        let running = tokio::spawn(async move {
            if let Err(error) = broker.run().await {
                log::error!("the demo broker stopped: {error}");
            }
        });
        ready
            .wait_for(|ready| *ready)
            .await
            .map_err(|_| DemoError::Stopped)?;
        Ok(Broker {
            address,
            inlet,
            stopping,
            running,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn inlet(&self) -> Inlet {
        self.inlet.clone()
    }

    /// Closes all connections and the port.
    pub async fn stop(mut self) {
        self.stopping.shutdown();
        if let Err(error) = (&mut self.running).await {
            log::error!("the demo broker did not stop cleanly: {error}");
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.stopping.shutdown();
    }
}

/// The way into the broker without a connection, which could drop.
#[derive(Clone)]
pub struct Inlet {
    router: Arc<MessageRouter>,
    stats: Arc<BrokerStats>,
}

impl Inlet {
    /// Publishes as a client would, and is counted like one in `$SYS`.
    pub async fn publish(&self, packet: &PublishPacket) {
        self.stats.publish_received(packet.payload.len());
        self.router.route_message(packet, None).await;
    }

    /// What is published on `filter` from now on, at QoS 0. A client that connects as `name` takes
    /// the subscription over.
    pub async fn subscribe(&self, name: &str, filter: &str) -> Result<LaneReceivers, MqttError> {
        let (lanes, messages) = DeliveryLanes::channel(256);
        // Nobody listens for a takeover, so that the newcomer need not wait.
        let (displace, _) = oneshot::channel();
        let queue = self.router.queue_handle(name);
        self.router
            .register_client(name.to_owned(), lanes, queue, displace)
            .await;
        self.router
            .subscribe(SubscriptionRequest::new(name, filter, QoS::AtMostOnce))
            .await?;
        Ok(messages)
    }
}

/// The broker reports a taken port only as text, so it is looked at beforehand.
fn check_free(port: u16) -> io::Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop)
}
