//! Questions to a long history: they are to cost what they answer, not what is stored.

use std::error::Error;
use std::time::{Duration, Instant};

use treetop_engine::history::{History, MAX_PAGE};
use treetop_engine::message::Timestamp;

use crate::Size;
use crate::marks::Marks;
use crate::writer::{BEGIN, fill};

const TOPICS: u64 = 1_000;
const TIMES: usize = 20;

/// Fills a history and asks it.
pub async fn measure(size: &Size, marks: &mut Marks) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("history.db");
    let rows = size.stored;
    fill(&path, rows, TOPICS).await?;
    marks.title(&format!("history of {rows} messages on {TOPICS} topics"));

    let now = Timestamp(BEGIN + rows as i64);
    let began = Instant::now();
    let history = History::open(&path, now).await?;
    let mut topics = 0;
    history.topics(|_| topics += 1).await?;
    let opened = began.elapsed();
    marks.line(
        "opening it and reading every topic's latest",
        &format!("{:.1} ms ({topics} topics)", opened.as_secs_f64() * 1e3),
    );

    let mut times = Vec::with_capacity(TIMES);
    for turn in 0..TIMES {
        let topic = crate::writer::message((turn as u64 * 37) % TOPICS, TOPICS).topic;
        let began = Instant::now();
        let page = history.page_heads(&topic, None, MAX_PAGE).await?;
        times.push(began.elapsed());
        if page.len() as u64 != u64::from(MAX_PAGE).min(rows / TOPICS) {
            return Err(format!("{} messages of a topic", page.len()).into());
        }
    }
    marks.told(
        "the last 1,000 messages of a topic, median",
        &median(times),
        "≤ 10 ms",
    );

    let width = rows / 10;
    let mut times = Vec::with_capacity(TIMES);
    for turn in 0..TIMES as u64 {
        let first = BEGIN + (turn * 37_123_457 % (rows - width)) as i64;
        let began = Instant::now();
        let count = history
            .count_between(Timestamp(first), Timestamp(first + width as i64 - 1))
            .await?;
        times.push(began.elapsed());
        if count != width {
            return Err(format!("{count} messages in a range of {width}").into());
        }
    }
    marks.told(
        &format!("counting {width} messages of a range, median"),
        &median(times),
        "≤ 50 ms",
    );
    history.close().await?;
    Ok(())
}

fn median(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    format!("{:.2} ms", times[times.len() / 2].as_secs_f64() * 1e3)
}
