//! The broker itself: an MQTT 5 broker inside the process that listens on 127.0.0.1 and nowhere else.
//!
//! It keeps everything in memory and asks for no credentials: it is for demonstration, never for
//! benchmarks, since it drops QoS 0 messages under a flood.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use mqtt5::broker::config::{StorageBackend, StorageConfig};
use mqtt5::broker::router::MessageRouter;
use mqtt5::broker::{BrokerConfig, BrokerShutdownHandle, MqttBroker};
use tokio::task::JoinHandle;

use crate::DemoError;

/// A running broker. Dropping it stops it; [`Broker::stop`] also waits until it has stopped.
pub struct Broker {
    address: SocketAddr,
    router: Arc<MessageRouter>,
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
        let config = BrokerConfig::default()
            .with_bind_address((Ipv4Addr::LOCALHOST, port.unwrap_or(0)))
            // The default backend would write a directory beside the working directory.
            .with_storage(StorageConfig::new().with_backend(StorageBackend::Memory));
        let mut broker = MqttBroker::with_config(config).await?;
        let address = broker.local_addr().ok_or(DemoError::Stopped)?;
        let router = broker.router();
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
            router,
            stopping,
            running,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The way to publish and to listen without a connection.
    pub fn router(&self) -> Arc<MessageRouter> {
        Arc::clone(&self.router)
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

/// The broker reports a taken port only as text, so it is looked at beforehand.
fn check_free(port: u16) -> io::Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop)
}
