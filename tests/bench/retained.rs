//! From connecting until all retained topics are in the tree, beside `mosquitto_sub` receiving them.

use std::error::Error;
use std::time::{Duration, Instant};

use treetop_engine::history::Backlog;
use treetop_engine::ingest::lock;
use treetop_tests::Mosquitto;

use crate::firehose::{connect, load, reference, until_committed};
use crate::marks::Marks;
use crate::{Size, process};

/// Measures both and prints them.
pub async fn measure(size: &Size, marks: &mut Marks) -> Result<(), Box<dyn Error>> {
    let broker = Mosquitto::builder().unlimited_queues().start().await?;
    load(broker.port(), size.retained, size.retained, true)?.wait()?;

    let began = Instant::now();
    let mut subscriber = reference(broker.port(), size.retained)?;
    while subscriber.try_wait()?.is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let reference_wall = began.elapsed();

    let folder = tempfile::tempdir()?;
    let before = process::megabytes(std::process::id());
    let began = Instant::now();
    let connection = connect(broker.port(), folder.path()).await?;
    let mut waiting = Backlog::default();
    while lock(&connection.live.tree).topics() < size.retained {
        if began.elapsed() > Duration::from_secs(300) {
            return Err("the retained topics did not arrive in five minutes".into());
        }
        let now = connection.history.backlog();
        if now.rows > waiting.rows {
            waiting = now;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let wall = began.elapsed();
    until_committed(&connection, size.retained).await?;
    let tree = lock(&connection.live.tree).memory_bytes();
    let retained = lock(&connection.live.retained).memory_bytes();
    let settled = process::megabytes(std::process::id());
    connection.close().await;
    marks.title(&format!("retained: {} topics", size.retained));
    let seconds = |wall: Duration| format!("{:.2} s", wall.as_secs_f64());
    marks.line("mosquitto_sub receives all", &seconds(reference_wall));
    marks.line("connect to all in the tree", &seconds(wall));
    // The rest of the mark, 0.3 s, is for connecting and drawing.
    marks.at_most(
        "the tree over mosquitto_sub",
        wall.as_secs_f64() / reference_wall.as_secs_f64(),
        1.5,
    );
    let each = |bytes: usize| format!("{:.0} B", bytes as f64 / size.retained as f64);
    marks.line("memory of the tree, a topic", &each(tree));
    marks.line("… of the index of retained, a topic", &each(retained));
    marks.line(
        "most that waited for the history",
        &format!("{} messages, {:.0} MB", waiting.rows, waiting.bytes as f64 / 1e6),
    );
    marks.line("memory before", &format!("{before:.0} MB"));
    marks.line("memory when all is stored", &format!("{settled:.0} MB"));
    marks.line(
        "most memory",
        &format!("{:.0} MB", process::peak_megabytes(std::process::id())),
    );
    Ok(())
}
