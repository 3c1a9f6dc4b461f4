//! The sums by topic are what a full count says, whatever happened before.
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::*;
use crate::history::file::beside;

type Sums = Vec<(i64, i64, i64, i64)>;

/// What the sums say, and what the messages say.
pub(super) async fn sums(history: &History) -> (Sums, Sums) {
    let kept = sqlx::query_as(
        "SELECT topic_id, messages, bytes, last_id FROM topic_stats WHERE messages <> 0 ORDER BY topic_id",
    );
    let counted = sqlx::query_as(
        "SELECT topic_id, count(*), sum(length(payload)), max(id) FROM messages GROUP BY topic_id ORDER BY topic_id",
    );
    (
        kept.fetch_all(&history.0.readers).await.unwrap(),
        counted.fetch_all(&history.0.readers).await.unwrap(),
    )
}

pub(super) async fn check(history: &History, when: &str) {
    let (kept, counted) = sums(history).await;
    assert_eq!(kept, counted, "{when}");
    super::blocks::check(history, when).await;
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn messages(&mut self) -> Vec<Message> {
        (0..self.roll(400))
            .map(|_| {
                let topic = format!("a/{}/{}", self.roll(5), self.roll(30));
                message(&topic, vec![1; self.roll(300) as usize], QoS::AtLeastOnce)
            })
            .collect()
    }

    fn retention(&mut self) -> Retention {
        Retention {
            max_age: Duration::ZERO,
            max_bytes: [0, 150_000][self.roll(2) as usize],
            max_per_topic: [0, 3, 20][self.roll(3) as usize],
        }
    }

    fn forget(&mut self, last: MessageId) -> Forget {
        match self.roll(3) {
            0 => Forget::Topic(format!("a/{}/{}", self.roll(5), self.roll(30))),
            1 => Forget::Branch(format!("a/{}", self.roll(5))),
            _ => Forget::Before(Timestamp(last.0 - self.roll(2_000) as i64)),
        }
    }
}

/// Copies a file as a process that dies now leaves it.
pub(super) fn left_behind(path: &Path, to: &Path) {
    for suffix in ["", "-wal"] {
        drop(std::fs::copy(beside(path, suffix), beside(to, suffix)));
    }
}

#[tokio::test]
async fn the_sums_are_what_a_full_count_says_after_anything() {
    let (folder, path) = place();
    let mut dice = Dice(0x5eed_1234_9876);
    let mut history = opened(&path).await;
    for round in 0..120 {
        let when = format!("round {round}");
        match dice.roll(8) {
            0..4 => drop(store(&history, dice.messages()).await),
            4 => {
                history.tidy(&dice.retention(), NOW).await.unwrap();
            }
            5 | 6 => {
                let what = dice.forget(history.last_id());
                history
                    .forget(&what, |_| std::ops::ControlFlow::Continue(()))
                    .await
                    .unwrap();
            }
            _ => {
                let copy = folder.path().join(format!("{round}.db"));
                left_behind(&path, &copy);
                history.close().await.unwrap();
                history = opened(&copy).await;
                std::fs::remove_file(&path).unwrap();
                history.close().await.unwrap();
                std::fs::rename(&copy, &path).unwrap();
                history = opened(&path).await;
            }
        }
        check(&history, &when).await;
        let mut seen = (0, 0);
        history
            .topics(|topic| {
                seen.0 += topic.count;
                seen.1 += topic.bytes;
            })
            .await
            .unwrap();
        let totals = history.totals().await.unwrap();
        assert_eq!(seen, (totals.messages, totals.bytes), "{when}");
    }
}

/// In the process that is killed: writes, deletes and forgets for ever.
fn work_until_killed(path: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let history = opened(Path::new(path)).await;
        let mut dice = Dice(77);
        let tidied = history.clone();
        tokio::spawn(async move {
            loop {
                let retention = Retention {
                    max_age: Duration::ZERO,
                    max_bytes: 400_000,
                    max_per_topic: 25,
                };
                tidied.tidy(&retention, NOW).await.unwrap();
            }
        });
        loop {
            store(&history, dice.messages()).await;
            history.forget_topic("a/1/1").await.unwrap();
            println!("\nalive");
        }
    });
}

#[test]
fn the_sums_are_right_after_a_kill() {
    const FILE: &str = "TREETOP_TEST_KILLED_SUMS";
    if let Ok(path) = std::env::var(FILE) {
        return work_until_killed(&path);
    }
    let (_folder, path) = place();
    for rounds in [5, 17, 40] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "history::tests::stats::the_sums_are_right_after_a_kill",
                "--nocapture",
            ])
            .env(FILE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let alive = lines
            .map_while(Result::ok)
            .filter(|line| line == "alive")
            .take(rounds);
        assert_eq!(alive.count(), rounds);
        child.kill().unwrap();
        child.wait().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let history = opened(&path).await;
            check(&history, "after the kill").await;
            assert!(history.totals().await.unwrap().messages > 0);
            history.close().await.unwrap();
        });
    }
}

/// Makes a file as it was before the sums by topic, with so many messages on ten topics.
async fn older(path: &Path, messages: i64) {
    as_before(path, messages, 3).await;
}

/// Makes a file as an earlier version wrote it, with so many messages on ten topics; ids are 1,000 and on.
pub(super) async fn as_before(path: &Path, messages: i64, version: usize) {
    let mut connection = file::writing(path).connect().await.unwrap();
    file::migrate(&mut connection, &MIGRATIONS[..version])
        .await
        .unwrap();
    sqlx::raw_sql(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9)
         INSERT INTO topics SELECT i + 1, 't/' || i FROM n",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO messages SELECT 999 + i, 1 + i % 10, 0, zeroblob(i % 7), NULL FROM n WHERE ?1 > 0",
    )
    .bind(messages)
    .execute(&mut connection)
    .await
    .unwrap();
    if version >= 4 {
        sqlx::raw_sql(
            "INSERT INTO topic_stats SELECT topic_id, count(*), sum(length(payload)), max(id) FROM messages
             GROUP BY topic_id",
        )
        .execute(&mut connection)
        .await
        .unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn an_older_file_is_counted_once_and_goes_on_where_it_was_left() {
    let (_folder, path) = place();
    older(&path, 25_000).await;
    let history = opened(&path).await;
    assert_eq!(history.counting().await.unwrap(), Some(Counting { permille: 0 }));
    // What arrives before it is counted is counted once; what is asked for is right all the time.
    store(&history, vec![message("t/3", "live", QoS::AtMostOnce); 5]).await;
    assert_eq!(history.count("t/3").await.unwrap(), 2_505);
    history
        .write(|desk| Box::pin(super::super::stats::count_piece(desk)))
        .await
        .unwrap();
    let Some(Counting { permille }) = history.counting().await.unwrap() else {
        panic!("counted already")
    };
    assert!((390..=410).contains(&permille), "{permille}");
    history.close().await.unwrap();

    let history = opened(&path).await;
    let mut all = 0;
    history.topics(|topic| all += topic.count).await.unwrap();
    assert_eq!(all, 25_005);
    let (one, other) = tokio::join!(history.count_topics_of_older(), history.count_topics_of_older());
    one.and(other).unwrap();
    assert_eq!(history.counting().await.unwrap(), None);
    check(&history, "counted").await;
    assert_eq!(history.count("t/3").await.unwrap(), 2_505);
    history.close().await.unwrap();
    assert_eq!(opened(&path).await.counting().await.unwrap(), None);
}

#[tokio::test]
async fn nothing_of_an_older_file_is_deleted_before_it_is_counted() {
    for what in [Forget::Topic("t/3".into()), Forget::Before(Timestamp(15_000))] {
        let (_folder, path) = place();
        older(&path, 25_000).await;
        let history = opened(&path).await;
        history
            .forget(&what, |_| std::ops::ControlFlow::Continue(()))
            .await
            .unwrap();
        check(&history, &format!("{what:?}")).await;
    }
}

#[tokio::test]
async fn an_older_file_without_messages_has_nothing_to_count() {
    let (_folder, path) = place();
    older(&path, 0).await;
    let history = opened(&path).await;
    assert_eq!(history.counting().await.unwrap(), None);
    history.topics(|topic| panic!("{topic:?}")).await.unwrap();
}

#[tokio::test]
async fn a_damaged_sum_heals_when_the_file_is_opened() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let topics = [
        "gone",
        "zero",
        "negative",
        "no such message",
        "message of another",
        "good",
    ];
    store(
        &history,
        topics
            .iter()
            .map(|topic| message(topic, "four", QoS::AtMostOnce))
            .collect(),
    )
    .await;
    history
        .write(|desk| {
            Box::pin(async move {
                sqlx::raw_sql(
                    "DELETE FROM topic_stats WHERE topic_id = (SELECT id FROM topics WHERE name = 'gone');
                     UPDATE topic_stats SET messages = 0 WHERE topic_id = (SELECT id FROM topics WHERE name = 'zero');
                     UPDATE topic_stats SET bytes = -3
                     WHERE topic_id = (SELECT id FROM topics WHERE name = 'negative');
                     UPDATE topic_stats SET last_id = 7
                     WHERE topic_id = (SELECT id FROM topics WHERE name = 'no such message');
                     UPDATE topic_stats SET last_id = (SELECT max(id) FROM messages)
                     WHERE topic_id = (SELECT id FROM topics WHERE name = 'message of another');",
                )
                .execute(&mut desk.connection)
                .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let mut seen = Vec::new();
    history
        .topics(|topic| seen.push((topic.topic, topic.count, topic.bytes)))
        .await
        .unwrap();
    seen.sort();
    let mut expected: Vec<_> = topics.iter().map(|topic| ((*topic).to_owned(), 1, 4)).collect();
    expected.sort();
    assert_eq!(seen, expected);
    check(&history, "healed").await;
}

#[tokio::test]
async fn a_batch_that_was_committed_without_saying_so_is_not_counted_twice() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let rows: Vec<Row> = (0..30)
        .map(|i| Row {
            id: history.next_id(NOW),
            message: message(["a", "b"][i % 2], "xyz", QoS::AtLeastOnce),
            marks: 0,
        })
        .collect();
    for _ in 0..2 {
        let rows = rows.clone();
        history
            .write(move |desk| {
                Box::pin(async move {
                    let rows: Vec<_> = rows.iter().collect();
                    desk.inserts.write(&mut desk.connection, &rows).await?;
                    desk.inserts.count(&mut desk.connection).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
        check(&history, "written").await;
    }
    assert_eq!(history.totals().await.unwrap().messages, 30);
}

#[tokio::test]
async fn opening_and_deleting_walk_no_index_of_all_messages() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    for sql in [
        "UPDATE topic_stats SET messages = 1 FROM (SELECT topic_id AS topic, count(*) AS messages FROM messages
         WHERE id <= 5 GROUP BY +topic_id) AS gone WHERE topic_id = gone.topic",
        "SELECT t.id, s.messages, length(m.payload) FROM (SELECT id, name FROM topics WHERE id > 3 ORDER BY id LIMIT 9)
         AS t LEFT JOIN topic_stats s ON s.topic_id = t.id
         LEFT JOIN messages m ON m.id = s.last_id AND m.topic_id = t.id ORDER BY t.id",
    ] {
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
            .fetch_all(&history.0.readers)
            .await
            .unwrap();
        let plan: Vec<_> = plan.into_iter().map(|step| step.3).collect();
        let text = plan.join("\n");
        assert!(!text.contains("SCAN messages") && !text.contains("SCAN topic_stats"), "{text}");
        assert!(!text.contains("messages_topic"), "{text}");
    }
}

/// How much the sums cost the writer, and how long a large file takes to open. Run with `--ignored --nocapture`.
#[tokio::test]
#[ignore = "a measurement"]
async fn what_the_sums_cost() {
    const ROUNDS: usize = 12;
    const ROWS: usize = 20_000;
    for topics in [50, 1_000, 10_000] {
        let (_folder, path) = place();
        let history = opened(&path).await;
        let mut spent = [Duration::ZERO; 2];
        for round in 0..ROUNDS * 2 {
            let with = round % 2 == 1;
            let rows: Vec<Row> = (0..ROWS)
                .map(|i| Row {
                    id: history.next_id(NOW),
                    message: message(&format!("line/{}", i % topics), vec![7; 120], QoS::AtMostOnce),
                    marks: 0,
                })
                .collect();
            let began = std::time::Instant::now();
            history
                .write(move |desk| {
                    Box::pin(async move {
                        let rows: Vec<_> = rows.iter().collect();
                        desk.inserts.write(&mut desk.connection, &rows).await?;
                        if with {
                            desk.inserts.count(&mut desk.connection).await?;
                        }
                        // Both begin the next round alike.
                        desk.inserts.undone();
                        Ok(())
                    })
                })
                .await
                .unwrap();
            spent[usize::from(with)] += began.elapsed();
        }
        let rate = |spent: Duration| (ROUNDS * ROWS) as f64 / spent.as_secs_f64();
        println!(
            "{topics} topics: {:.0} rows/s without, {:.0} with: {:.3}",
            rate(spent[0]),
            rate(spent[1]),
            spent[0].as_secs_f64() / spent[1].as_secs_f64()
        );
    }
}
