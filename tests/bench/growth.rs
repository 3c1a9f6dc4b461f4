//! Whether memory grows with time: few topics, many messages.

use std::error::Error;

use treetop_tests::Mosquitto;

use crate::firehose::{connect, load, until_committed, until_subscribed};
use crate::marks::Marks;
use crate::{Size, process};

const TOPICS: u64 = 50;

/// Five times the firehose's messages on few topics; memory after the first fifth beside memory after the last.
pub async fn measure(size: &Size, marks: &mut Marks) -> Result<(), Box<dyn Error>> {
    let broker = Mosquitto::builder().unlimited_queues().start().await?;
    let folder = tempfile::tempdir()?;
    let connection = connect(broker.port(), folder.path()).await?;
    until_subscribed(&connection).await?;
    let me = std::process::id();
    let mut after = Vec::new();
    for round in 1..=5 {
        load(broker.port(), size.messages, TOPICS, false)?.wait()?;
        until_committed(&connection, round * size.messages).await?;
        after.push(process::megabytes(me));
    }
    connection.close().await;
    let (first, last) = (after[0], after[after.len() - 1]);
    marks.title(&format!(
        "memory: {} messages on {TOPICS} topics",
        5 * size.messages
    ));
    marks.line("after the first fifth", &format!("{first:.0} MB"));
    marks.line("after the last", &format!("{last:.0} MB"));
    marks.at_most("the last over the first", last / first, 1.05);
    Ok(())
}
