//! From connecting until all retained topics are in the tree, beside `mosquitto_sub` receiving them.

use std::error::Error;
use std::time::{Duration, Instant};

use treetop_engine::ingest::lock;
use treetop_tests::Mosquitto;

use crate::firehose::{connect, load, reference, until_committed};
use crate::{Size, process};

/// Measures both and prints them.
pub async fn measure(size: &Size) -> Result<(), Box<dyn Error>> {
    let broker = Mosquitto::builder().unlimited_queues().start().await?;
    load(broker.port(), size.retained, size.retained, true)?.wait()?;

    let began = Instant::now();
    let mut subscriber = reference(broker.port(), size.retained)?;
    while subscriber.try_wait()?.is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let reference_wall = began.elapsed();

    let folder = tempfile::tempdir()?;
    let began = Instant::now();
    let connection = connect(broker.port(), folder.path()).await?;
    while lock(&connection.live.tree).topics() < size.retained {
        if began.elapsed() > Duration::from_secs(300) {
            return Err("the retained topics did not arrive in five minutes".into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let wall = began.elapsed();
    until_committed(&connection, size.retained).await?;
    let tree = lock(&connection.live.tree).memory_bytes();
    connection.close().await;
    println!("retained: {} topics", size.retained);
    println!(
        "  mosquitto_sub receives all        {:>9.2} s",
        reference_wall.as_secs_f64()
    );
    println!(
        "  connect to all in the tree        {:>9.2} s",
        wall.as_secs_f64()
    );
    println!(
        "  ratio                             {:>9.2}",
        wall.as_secs_f64() / reference_wall.as_secs_f64()
    );
    println!(
        "  tree {:.0} B a topic, peak memory {:.0} MB",
        tree as f64 / size.retained as f64,
        process::peak_megabytes(std::process::id())
    );
    Ok(())
}
