//! What questions cost at ten million messages. Not part of the tests: it takes minutes and prints figures.
//!
//!     TREETOP_ROWS=10000000 cargo test -p treetop-engine --lib --release -- --ignored --nocapture scale

use std::time::Instant;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use super::*;
use crate::history::search::{Pattern, Query, Standing, Wanted};
use crate::topic::TopicFilter;

/// One topic with a tenth of everything, nine thousand with the rest; a message each millisecond.
async fn fill(path: &Path, rows: i64) {
    opened(path).await.close().await.unwrap();
    let mut connection = file::writing(path).connect().await.unwrap();
    let steps = [
        "INSERT INTO topics(id, name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9001)
         SELECT i, CASE i WHEN 1 THEN 'hot' ELSE 'plant/line-' || (i % 20) || '/device-' || i END FROM n"
            .to_owned(),
        format!(
            "INSERT INTO messages(id, topic_id, flags, payload) WITH RECURSIVE n(i) AS
             (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {})
             SELECT {} + i * 1000, CASE WHEN i % 10 = 0 THEN 1 ELSE 2 + (i * 7919) % 9000 END, i % 3,
             CAST('{{\"temperature\": ' || (i % 997) || ', \"status\": \"running\", \"sequence\": ' || i ||
             ', \"site\": \"Changwon 2\", \"note\": \"all is well\"}}' AS BLOB) FROM n",
            rows - 1,
            NOW.0
        ),
    ];
    for step in steps {
        sqlx::raw_sql(AssertSqlSafe(step))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
}

async fn timed<T>(what: &str, question: impl Future<Output = T>) -> T {
    let begin = Instant::now();
    let answer = question.await;
    println!("{:>10.2} ms  {what}", begin.elapsed().as_secs_f64() * 1_000.0);
    answer
}

async fn searched(history: &History, what: &str, query: Query) {
    let begin = Instant::now();
    let search = history.search(query);
    let mut changed = search.changed();
    let mut first = None;
    let progress = loop {
        changed.changed().await.unwrap();
        let progress = search.progress();
        if progress.kept > 0 {
            first.get_or_insert(begin.elapsed());
        }
        if progress.standing != Standing::Running {
            break progress;
        }
    };
    let took = begin.elapsed();
    println!(
        "{:>10.2} ms  {what}: {} hits, first after {:.1} ms, {} looked at, {:.0} rows/s, {:?}",
        took.as_secs_f64() * 1_000.0,
        progress.kept,
        first.map_or(f64::NAN, |first| first.as_secs_f64() * 1_000.0),
        progress.looked,
        progress.looked as f64 / took.as_secs_f64(),
        progress.standing,
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes and prints figures"]
async fn scale() {
    let rows = std::env::var("TREETOP_ROWS").map_or(1_000_000, |rows| rows.parse().unwrap());
    let (_folder, path) = place();
    fill(&path, rows).await;
    let history = opened(&path).await;
    println!("{rows} messages, {} MB", history.file_bytes().await / 1_000_000);
    let mut random = StdRng::seed_from_u64(1);
    for round in 0..3 {
        let topic = format!("plant/line-{}/device-{}", 1 + round, 1 + round);
        timed(
            "latest 1,000 of a topic, first time",
            history.page(&topic, None, 1_000),
        )
        .await
        .unwrap();
        timed(
            "latest 1,000 of a topic, again",
            history.page(&topic, None, 1_000),
        )
        .await
        .unwrap();
        timed("heads of them", history.page_heads(&topic, None, 1_000))
            .await
            .unwrap();
    }
    timed("latest 1,000 of the hot topic", history.page("hot", None, 1_000))
        .await
        .unwrap();
    for width in [10_000, 100_000, 1_000_000] {
        let from = NOW.0 + random.random_range(0..(rows - width).max(1)) * 1_000;
        let range = (Timestamp(from), Timestamp(from + width * 1_000 - 1));
        for when in ["first time", "again"] {
            let what = format!("messages in a range of {width}, {when}");
            let count = timed(&what, history.count_between(range.0, range.1))
                .await
                .unwrap();
            assert_eq!(count, width.min(rows) as u64);
        }
    }
    let text = |text: &str, regex, any_case| {
        Some(
            Pattern::new(&Wanted {
                text: text.into(),
                regex,
                any_case,
            })
            .unwrap(),
        )
    };
    let middle = Timestamp(NOW.0 + rows * 500);
    let topic = |filter: &str| Some(TopicFilter::new(filter).unwrap());
    let topic_and_time = Query {
        topic: topic("plant/line-7/device-7"),
        from: Some(middle),
        to: Some(Timestamp(middle.0 + 600_000_000)),
        ..Query::default()
    };
    searched(&history, "a topic and ten minutes", topic_and_time).await;
    let everything = |payload| Query {
        payload,
        ..Query::default()
    };
    searched(
        &history,
        "text, exact",
        everything(text("no such text", false, false)),
    )
    .await;
    searched(
        &history,
        "text, any case",
        everything(text("no such text", false, true)),
    )
    .await;
    searched(
        &history,
        "expression with certain bytes",
        everything(text(r"nowhere\d+", true, false)),
    )
    .await;
    searched(
        &history,
        "expression without",
        everything(text("[xyz]{9}", true, false)),
    )
    .await;
    let branch = Query {
        topic: topic("plant/+/device-77"),
        payload: text("running", false, false),
        ..Query::default()
    };
    searched(&history, "a wildcard that is one topic", branch).await;
}
