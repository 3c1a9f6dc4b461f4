//! Deleting by age beside writing: what arrives is not to wait for it.

use std::error::Error;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use treetop_engine::history::{History, Retention, Row, Submission};
use treetop_engine::message::{MessageId, Timestamp};

use crate::marks::Marks;
use crate::writer::{BEGIN, message};

/// Messages of one submission.
const BATCH: u64 = 1_000;
/// Submissions that wait to be committed, at most.
const AHEAD: usize = 8;

/// How long writing took for how many messages, and the longest wait for a commit.
#[derive(Default)]
struct Written {
    messages: u64,
    took: Duration,
    longest: Duration,
}

/// Writes as fast as it is committed: first alone, then while half of `rows` is deleted.
pub async fn measure(history: &History, rows: u64, topics: u64, marks: &Marks) -> Result<(), Box<dyn Error>> {
    let mut next = rows;
    let alone = write(history, &mut next, topics, |messages| messages < rows / 20).await?;
    let half = rows / 2;
    let now = Timestamp(BEGIN + rows as i64);
    let retention = Retention {
        max_age: Duration::from_micros(rows - half),
        max_bytes: 0,
        max_per_topic: 0,
    };
    let tidied = history.clone();
    let began = Instant::now();
    let tidying = tokio::spawn(async move {
        tidied
            .tidy(&retention, now)
            .await
            .map(|done| (done, began.elapsed()))
    });
    let beside = write(history, &mut next, topics, |_| !tidying.is_finished()).await?;
    let (removed, took) = tidying.await??;
    if removed.messages != half {
        return Err(format!("{} messages removed", removed.messages).into());
    }
    let rate = |written: &Written| {
        format!(
            "{:>9.0} rows/s, longest wait for a commit {:.0} ms",
            written.messages as f64 / written.took.as_secs_f64(),
            written.longest.as_secs_f64() * 1e3
        )
    };
    marks.line("writing to it", &rate(&alone));
    marks.line(
        &format!("while {half} are deleted by age"),
        &format!("{}, all gone in {:.1} s", rate(&beside), took.as_secs_f64()),
    );
    Ok(())
}

async fn write(
    history: &History,
    next: &mut u64,
    topics: u64,
    goes_on: impl Fn(u64) -> bool,
) -> Result<Written, Box<dyn Error>> {
    let mut written = Written::default();
    let mut waiting = std::collections::VecDeque::new();
    let began = Instant::now();
    while goes_on(written.messages) {
        let rows = (*next..*next + BATCH).map(|number| Row {
            id: MessageId(BEGIN + number as i64),
            message: message(number, topics),
            marks: 0,
        });
        let (answer, answered) = oneshot::channel();
        let submission = Submission {
            rows: rows.collect(),
            packet_ids: None,
            committed: Box::new(|result| drop(answer.send(result.map(|()| Instant::now())))),
        };
        let submitted = Instant::now();
        history
            .submit(submission)
            .map_err(|refused| format!("{refused:?}"))?;
        *next += BATCH;
        written.messages += BATCH;
        waiting.push_back((submitted, answered));
        if waiting.len() >= AHEAD
            && let Some((submitted, answered)) = waiting.pop_front()
        {
            written.longest = written.longest.max(answered.await?? - submitted);
        }
    }
    for (submitted, answered) in waiting {
        written.longest = written.longest.max(answered.await?? - submitted);
    }
    written.took = began.elapsed();
    Ok(written)
}
