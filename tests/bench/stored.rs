//! Questions to a long history: they are to cost what they answer, not what is stored.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use treetop_engine::history::search::{Pattern, Query, Search, Standing, Wanted};
use treetop_engine::history::{History, MAX_PAGE};
use treetop_engine::ingest::Live;
use treetop_engine::message::Timestamp;
use treetop_engine::moment::TimeMachine;
use treetop_engine::tree::Tree;

use crate::marks::Marks;
use crate::writer::{BEGIN, fill};
use crate::{Size, tidying};

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
    marks.line(
        "opening it and reading every topic's latest",
        &format!("{} ({topics} topics)", millis(began.elapsed())),
    );
    pages(&history, rows, marks).await?;
    counts(&history, rows, marks).await?;
    for (what, text, regex) in [
        ("a text", "no such text", false),
        ("an expression", r#"force_kn":9\d{4}"#, true),
    ] {
        search(&history, &path, what, text, regex, rows, marks).await?;
    }
    cancel(&history, marks).await?;
    tidying::measure(&history, rows, TOPICS, marks).await?;
    history.close().await?;
    moment(&folder.path().join("wide.db"), size.retained, marks).await
}

async fn pages(history: &History, rows: u64, marks: &Marks) -> Result<(), Box<dyn Error>> {
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
    Ok(())
}

async fn counts(history: &History, rows: u64, marks: &Marks) -> Result<(), Box<dyn Error>> {
    let width = rows / 10;
    let mut times = Vec::with_capacity(TIMES);
    for turn in 0..TIMES as u64 {
        let first = BEGIN + (turn * 37_123_457 % (rows - width)) as i64;
        let began = Instant::now();
        let last = Timestamp(first + width as i64 - 1);
        let count = history.count_between(Timestamp(first), last).await?;
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
    Ok(())
}

/// A search that finds nothing, beside SQLite counting the payloads that hold the part of it that is certain.
async fn search(
    history: &History,
    path: &Path,
    what: &str,
    text: &str,
    regex: bool,
    rows: u64,
    marks: &Marks,
) -> Result<(), Box<dyn Error>> {
    let certain = text.split('\\').next().unwrap_or_default().to_owned();
    let path = path.to_owned();
    let scan = tokio::task::spawn_blocking(move || scanned(&path, &certain));
    let reference = scan.await?.map_err(|error| error.to_string())?;
    let began = Instant::now();
    let search = history.search(looking_for(text, regex)?);
    ended(&search).await?;
    let took = began.elapsed();
    let progress = search.progress();
    if (&progress.standing, progress.looked) != (&Standing::Done, rows) {
        return Err(format!("{progress:?}").into());
    }
    marks.line(
        &format!("searching all of it for {what}"),
        &format!(
            "{:.2} million/s, SQLite's own scan {:.2}",
            rows as f64 / took.as_secs_f64() / 1e6,
            rows as f64 / reference.as_secs_f64() / 1e6
        ),
    );
    Ok(())
}

fn looking_for(text: &str, regex: bool) -> Result<Query, Box<dyn Error>> {
    let payload = Pattern::new(&Wanted {
        text: text.to_owned(),
        regex,
        any_case: false,
    })?;
    Ok(Query {
        payload: Some(payload),
        ..Query::default()
    })
}

async fn ended(search: &Search) -> Result<(), Box<dyn Error>> {
    let mut changed = search.changed();
    while search.progress().standing == Standing::Running {
        changed.changed().await?;
    }
    Ok(())
}

fn scanned(path: &Path, text: &str) -> Result<Duration, rusqlite::Error> {
    let file = rusqlite::Connection::open(path)?;
    file.pragma_update(None, "mmap_size", "268435456")?;
    let began = Instant::now();
    let sql = "SELECT count(*) FROM messages WHERE instr(payload, ?)";
    file.query_row(sql, [text.as_bytes()], |row| row.get::<_, i64>(0))?;
    Ok(began.elapsed())
}

/// From the word to stop until it rests.
async fn cancel(history: &History, marks: &Marks) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::with_capacity(TIMES);
    for turn in 0..TIMES as u64 {
        let search = history.search(looking_for("[xyz]{9}", true)?);
        tokio::time::sleep(Duration::from_millis(5 * turn)).await;
        let began = Instant::now();
        search.stop();
        ended(&search).await?;
        times.push(began.elapsed());
    }
    let longest = times.into_iter().max().unwrap_or_default();
    marks.told("stopping a search, longest", &millis(longest), "≤ 100 ms");
    Ok(())
}

/// All topics as they stood at a time.
async fn moment(path: &Path, topics: u64, marks: &Marks) -> Result<(), Box<dyn Error>> {
    const ROUNDS: u64 = 5;
    fill(path, ROUNDS * topics, topics).await?;
    let history = History::open(path, Timestamp(BEGIN)).await?;
    let live = Live::new(Tree::new());
    for (when, at) in [("at first", 2), ("then", 3)] {
        let at = Timestamp(BEGIN + (at * topics) as i64);
        let began = Instant::now();
        let arrival = TimeMachine::default()
            .go(&history, &live, at, Timestamp::now())
            .await?;
        let took = began.elapsed();
        let found = arrival.map_or(0, |arrival| arrival.moment.tree.topics());
        if found as u64 != topics {
            return Err(format!("{found} topics at a time").into());
        }
        marks.told(
            &format!("{topics} topics as they stood at a time, {when}"),
            &millis(took),
            "≤ 1,000 ms",
        );
    }
    history.close().await?;
    Ok(())
}

fn median(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    millis(times[times.len() / 2])
}

fn millis(took: Duration) -> String {
    format!("{:.2} ms", took.as_secs_f64() * 1e3)
}
