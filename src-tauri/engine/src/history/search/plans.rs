//! The plans SQLite makes for a search: few topics are read through the index, nothing is sorted whole.
#![allow(clippy::unwrap_used)]

use sqlx::AssertSqlSafe;

use super::pattern::Sieve;
use super::source::{Source, count_sql, piece_sql, rows_sql};
use super::{History, Query};
use crate::message::Timestamp;

async fn plan(history: &History, sql: String) -> Vec<String> {
    let sql = format!("EXPLAIN QUERY PLAN {sql}");
    let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(AssertSqlSafe(sql.as_str()))
        .fetch_all(&history.0.readers)
        .await
        .unwrap();
    steps.into_iter().map(|step| step.3).collect()
}

const BY_TIME: &str = "SEARCH messages USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)";
const BY_TOPIC: &str = "SEARCH messages USING INDEX messages_topic (topic_id=? AND rowid>? AND rowid<?)";

#[tokio::test]
async fn questions_of_a_search_use_the_index() {
    let folder = tempfile::TempDir::new().unwrap();
    let history = History::open(&folder.path().join("h.db"), Timestamp(1))
        .await
        .unwrap();
    let (one, three) = (Source::Topics(vec![1]), Source::Topics(vec![1, 2, 3]));
    let like = Sieve::Like("%x%".into());
    let rows = |source| plan(&history, rows_sql(source, &Query::default(), &like));
    assert_eq!(rows(&Source::All).await, [BY_TIME]);
    assert_eq!(rows(&three).await, [BY_TOPIC]);
    let piece = |source| plan(&history, piece_sql(source));
    assert!(piece(&Source::All).await.contains(&BY_TIME.to_owned()));
    assert!(piece(&one).await.contains(&BY_TOPIC.to_owned()));
    let merged = piece(&three).await;
    assert_eq!(
        merged.iter().filter(|step| *step == BY_TOPIC).count(),
        3,
        "{merged:?}"
    );
    assert!(merged.iter().any(|step| step.starts_with("MERGE")), "{merged:?}");
    assert!(
        !merged.iter().any(|step| step.contains("TEMP B-TREE")),
        "{merged:?}"
    );
}

#[tokio::test]
async fn counts_read_no_more_than_they_must() {
    let folder = tempfile::TempDir::new().unwrap();
    let history = History::open(&folder.path().join("h.db"), Timestamp(1))
        .await
        .unwrap();
    let covering = "SEARCH messages USING COVERING INDEX messages_topic (topic_id=? AND rowid>? AND rowid<?)";
    assert_eq!(plan(&history, count_sql(&[1, 2])).await, [covering]);
    let names =
        "SELECT id, name FROM topics WHERE name >= 'a' AND ('b' IS NULL OR name < 'b') AND name GLOB '*'
        ORDER BY name LIMIT 3";
    let names = plan(&history, names.to_owned()).await;
    assert_eq!(
        names,
        ["SEARCH topics USING COVERING INDEX sqlite_autoindex_topics_1 (name>?)"]
    );
}
