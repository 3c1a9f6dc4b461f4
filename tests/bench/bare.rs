//! The reference of the hot path: a bare loop of the client library that counts messages and keeps nothing.

use std::error::Error;
use std::time::{Duration, Instant};

use rumqttc::mqttbytes::QoS;
use rumqttc::{AsyncClient, Event, Incoming, MqttOptions};
use treetop_tests::Mosquitto;

use crate::firehose::load;

/// The time from starting the publisher until the loop has counted every message.
pub async fn count(messages: u64, topics: u64) -> Result<Duration, Box<dyn Error>> {
    let broker = Mosquitto::builder().unlimited_queues().start().await?;
    let mut options = MqttOptions::new("bare", ("127.0.0.1", broker.port()));
    // As much at once as Treetop reads.
    options.set_keep_alive(30).set_read_batch_size(128);
    let (client, mut events) = AsyncClient::builder(options).unbounded().build();
    client.subscribe("#", QoS::AtMostOnce).await?;
    while !matches!(events.poll().await?, Event::Incoming(Incoming::SubAck(_))) {}
    let began = Instant::now();
    let mut publisher = load(broker.port(), messages, topics, false)?;
    let mut counted = 0;
    while counted < messages {
        if let Event::Incoming(Incoming::Publish(_)) = events.poll().await? {
            counted += 1;
        }
    }
    let took = began.elapsed();
    publisher.wait()?;
    Ok(took)
}
