//! One publisher at full blast: mosquitto → session → tree and history committed; and the same load to
//! `mosquitto_sub` and to a bare loop of the client library, which store nothing.

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use treetop_engine::connection::Connection;
use treetop_engine::ingest::lock;
use treetop_engine::message::{QoS, Timestamp};
use treetop_engine::session::{Phase, SessionOptions, Subscription};
use treetop_engine::topic::TopicFilter;
use treetop_tests::Mosquitto;

use crate::marks::Marks;
use crate::{Size, bare, process};

/// A connection with a history in a folder, connected to everything at QoS 0.
pub async fn connect(port: u16, folder: &std::path::Path) -> Result<Connection, Box<dyn Error>> {
    let connection = Connection::open(&folder.join("history.db"), |_| None, Timestamp::now()).await?;
    let mut options = SessionOptions::new("127.0.0.1", port, "bench");
    let everything = Subscription {
        retain_as_published: true,
        ..Subscription::new(TopicFilter::new("#")?, QoS::AtMostOnce)
    };
    options.subscriptions = vec![everything];
    connection.connect(options).await;
    Ok(connection)
}

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    while !done().await {
        if began.elapsed() > Duration::from_secs(300) {
            return Err(format!("{what}: not after five minutes").into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// Waits until the subscription is granted.
pub async fn until_subscribed(connection: &Connection) -> Result<(), Box<dyn Error>> {
    until("subscribing", async || {
        connection.status().is_some_and(|status| {
            matches!(status.phase, Phase::Connected { .. }) && !status.subscriptions.is_empty()
        })
    })
    .await
}

/// Waits until the tree has so many messages and the history has written what it will write.
pub async fn until_committed(connection: &Connection, messages: u64) -> Result<(), Box<dyn Error>> {
    until("messages", async || {
        let dropped = connection.dropped_at_intake();
        lock(&connection.live.tree).messages() + dropped >= messages && connection.history.backlog().rows == 0
    })
    .await
}

/// Starts the publisher.
pub fn load(port: u16, messages: u64, topics: u64, retain: bool) -> std::io::Result<std::process::Child> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_treetop-load"));
    program.args([u64::from(port), messages, topics].map(|number| number.to_string()));
    if retain {
        program.arg("--retain");
    }
    program.spawn()
}

/// Starts `mosquitto_sub` on everything, printing to nowhere.
pub fn reference(port: u16, messages: u64) -> std::io::Result<std::process::Child> {
    Command::new("mosquitto_sub")
        .args([
            "-V",
            "5",
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
            "-t",
            "#",
            "-C",
            &messages.to_string(),
        ])
        .stdout(Stdio::null())
        .spawn()
}

/// Measures both and prints them.
pub async fn measure(size: &Size, marks: &mut Marks) -> Result<(), Box<dyn Error>> {
    let millions = size.messages as f64 / 1e6;
    let broker = Mosquitto::builder().unlimited_queues().start().await?;
    let mut subscriber = reference(broker.port(), size.messages)?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let began = Instant::now();
    let mut publisher = load(broker.port(), size.messages, size.topics, false)?;
    let pid = subscriber.id();
    let mut cpu = Duration::ZERO;
    while subscriber.try_wait()?.is_none() {
        cpu = process::cpu(pid);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (reference_wall, reference_cpu) = (began.elapsed(), cpu);
    publisher.wait()?;
    drop(broker);

    let broker = Mosquitto::builder().unlimited_queues().start().await?;
    let folder = tempfile::tempdir()?;
    let connection = connect(broker.port(), folder.path()).await?;
    until_subscribed(&connection).await?;
    let me = std::process::id();
    let (began, cpu_before) = (Instant::now(), process::cpu(me));
    let mut publisher = load(broker.port(), size.messages, size.topics, false)?;
    until_committed(&connection, size.messages).await?;
    let (wall, cpu) = (began.elapsed(), process::cpu(me) - cpu_before);
    publisher.wait()?;
    let stored = connection.history.totals().await?.messages;
    let dropped = connection.dropped_at_intake() + connection.not_stored();
    connection.close().await;

    let bare = bare::count(size.messages, size.topics).await?;

    let rate = |wall: Duration| format!("{:>9.0} msg/s", size.messages as f64 / wall.as_secs_f64());
    let cost = |wall, cpu: Duration| {
        format!(
            "{}  {:>5.2} CPU-s per million",
            rate(wall),
            cpu.as_secs_f64() / millions
        )
    };
    marks.title(&format!(
        "firehose: {} messages of about 110 B on {} topics",
        size.messages, size.topics
    ));
    marks.line(
        "mosquitto_sub, stores nothing",
        &cost(reference_wall, reference_cpu),
    );
    marks.line("a bare loop of the library", &rate(bare));
    marks.line("tree and history committed", &cost(wall, cpu));
    marks.at_least(
        "rate over the bare loop",
        bare.as_secs_f64() / wall.as_secs_f64(),
        0.8,
    );
    marks.at_most(
        "processor over mosquitto_sub",
        cpu.as_secs_f64() / reference_cpu.as_secs_f64().max(0.01),
        2.5,
    );
    marks.line("stored / dropped", &format!("{stored} / {dropped}"));
    marks.line("most memory", &format!("{:.0} MB", process::peak_megabytes(me)));
    if stored + dropped < size.messages {
        return Err(format!(
            "{} messages are neither stored nor counted as dropped",
            size.messages - stored - dropped
        )
        .into());
    }
    Ok(())
}
