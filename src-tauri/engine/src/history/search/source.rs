//! Where a search reads: the whole table, or the index where the filter means few topics.
//!
//! Only here is SQL. Each question is bounded by rows and bytes and answered newest first.

use std::fmt::Write as _;

use sqlx::sqlite::SqliteArguments;
use sqlx::{AssertSqlSafe, Sqlite, SqlitePool, query::QueryAs};

use super::pattern::Sieve;
use super::{HEAD_BYTES, Query};
use crate::history::blocks;
use crate::history::error::HistoryError;
use crate::history::read::unsigned;
use crate::topic::TopicFilter;

/// Topics up to which each is read through its own range of the index.
pub(super) const FEW_TOPICS: usize = 64;
/// Topic names of one step through them.
const NAMES_STEP: i64 = 4_096;
/// The longest pattern SQLite takes for GLOB.
const MOST_GLOB: usize = 50_000;

/// A message that may be what is looked for.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) id: i64,
    pub(super) topic: i64,
    pub(super) flags: i64,
    /// Bytes of the whole payload.
    pub(super) size: i64,
    /// The payload, or its beginning where nothing is looked for in it.
    pub(super) body: Vec<u8>,
    /// Encoded; read only where something is looked for in them.
    pub(super) properties: Option<Vec<u8>>,
}

/// The newest rows below an id: those from `low` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) low: i64,
    pub(super) rows: u64,
    /// Of payload and properties.
    pub(super) bytes: u64,
}

/// Where rows are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The whole table, by time.
    All,
    /// These topics, by the index.
    Topics(Vec<i64>),
}

/// A source with the condition of a query.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) source: Source,
    piece: String,
    rows: String,
    qos: i64,
    flags_of: i64,
    flags_are: i64,
    sieve: Sieve,
    /// Properties are read, which no block counts.
    properties: bool,
}

impl Reading {
    pub(super) fn new(source: Source, query: &Query) -> Self {
        let sieve = query
            .payload
            .as_ref()
            .map_or(Sieve::None, |pattern| pattern.sieve.clone());
        let (mut flags_of, mut flags_are) = (i64::from(query.marks) << 8, i64::from(query.marks) << 8);
        if let Some(retain) = query.retain {
            flags_of |= 4;
            flags_are |= i64::from(retain) << 2;
        }
        let qos = match &query.qos[..] {
            [] => 0b111,
            some => some.iter().fold(0, |all, qos| all | 1 << qos.level()),
        };
        Self {
            piece: piece_sql(&source),
            rows: rows_sql(&source, query, &sieve),
            source,
            qos,
            flags_of,
            flags_are,
            sieve,
            properties: query.property.is_some(),
        }
    }

    fn topics(&self) -> &[i64] {
        match &self.source {
            Source::All => &[],
            Source::Topics(topics) => topics,
        }
    }

    /// The newest rows with `from <= id < before`, at most `limit` of them; `None` if there is none. If they have
    /// more bytes than `bytes`, who asks takes fewer. Where every message is looked at, sums of whole blocks tell
    /// it without reading them; the first piece leads to where a block begins.
    pub(super) async fn piece(
        &self,
        readers: &SqlitePool,
        from: i64,
        before: i64,
        limit: i64,
        bytes: u64,
    ) -> Result<Option<Piece>, HistoryError> {
        if self.source == Source::All && !self.properties {
            if let Some(whole) = blocks::whole_before(readers, from, before, limit, bytes).await? {
                return Ok(Some(Piece {
                    low: whole.first,
                    rows: whole.messages,
                    bytes: whole.bytes,
                }));
            }
            if let Some(first) = blocks::beginning(readers, before).await?
                && first > from
                && let Some(piece) = self.walked(readers, first, before, limit).await?
            {
                return Ok(Some(piece));
            }
        }
        self.walked(readers, from, before, limit).await
    }

    async fn walked(
        &self,
        readers: &SqlitePool,
        from: i64,
        before: i64,
        limit: i64,
    ) -> Result<Option<Piece>, HistoryError> {
        let mut query = sqlx::query_as(AssertSqlSafe(self.piece.as_str()))
            .bind(from)
            .bind(before)
            .bind(limit);
        for topic in self.topics() {
            query = query.bind(*topic);
        }
        let (low, rows, bytes): (Option<i64>, i64, Option<i64>) = query.fetch_one(readers).await?;
        Ok(low.map(|low| Piece {
            low,
            rows: unsigned(rows),
            bytes: unsigned(bytes.unwrap_or(0)),
        }))
    }

    /// What of a piece may be looked for, newest first.
    pub(super) async fn rows(
        &self,
        readers: &SqlitePool,
        from: i64,
        before: i64,
    ) -> Result<Vec<Candidate>, HistoryError> {
        type Columns = (i64, i64, i64, i64, Vec<u8>, Option<Vec<u8>>);
        let query: QueryAs<'_, Sqlite, Columns, SqliteArguments> =
            sqlx::query_as(AssertSqlSafe(self.rows.as_str()));
        let mut query = query
            .bind(from)
            .bind(before)
            .bind(self.qos)
            .bind(self.flags_of)
            .bind(self.flags_are);
        query = match &self.sieve {
            Sieve::None => query.bind(None::<i64>),
            Sieve::Contains(bytes) => query.bind(bytes.clone()),
            Sieve::Like(pattern) => query.bind(pattern.clone()),
        };
        for topic in self.topics() {
            query = query.bind(*topic);
        }
        let rows = query.fetch_all(readers).await?;
        let candidate = |(id, topic, flags, size, body, properties)| Candidate {
            id,
            topic,
            flags,
            size,
            body,
            properties,
        };
        let mut rows: Vec<Candidate> = rows.into_iter().map(candidate).collect();
        rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
        Ok(rows)
    }

    /// How many rows there are with `from <= id < before`.
    pub(super) async fn count(
        &self,
        readers: &SqlitePool,
        from: i64,
        before: i64,
    ) -> Result<u64, HistoryError> {
        let Source::Topics(topics) = &self.source else {
            return Ok(blocks::between(readers, from, before).await?.0);
        };
        let sql = count_sql(topics);
        let mut query = sqlx::query_scalar(AssertSqlSafe(sql.as_str()))
            .bind(from)
            .bind(before);
        for topic in topics {
            query = query.bind(*topic);
        }
        Ok(unsigned(query.fetch_one(readers).await?))
    }
}

/// `?4, ?5 …`
fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|place| format!("?{place}")).collect();
    places.join(", ")
}

/// Each topic is a range of the index that comes in order; SQLite merges them as far as rows are wanted.
pub(super) fn piece_sql(source: &Source) -> String {
    const ROWS: &str = "SELECT id, length(payload) + ifnull(length(properties), 0) AS bytes FROM messages
        WHERE id >= ?1 AND id < ?2";
    let rows = match source {
        Source::All => ROWS.to_owned(),
        Source::Topics(topics) => {
            let each: Vec<String> = (4..4 + topics.len())
                .map(|place| format!("{ROWS} AND topic_id = ?{place}"))
                .collect();
            each.join(" UNION ALL ")
        }
    };
    format!("SELECT min(id), count(*), sum(bytes) FROM ({rows} ORDER BY id DESC LIMIT ?3)")
}

pub(super) fn rows_sql(source: &Source, query: &Query, sieve: &Sieve) -> String {
    let body = match query.payload {
        Some(_) => "payload".to_owned(),
        None => format!("substr(payload, 1, {HEAD_BYTES})"),
    };
    let properties = if query.property.is_some() {
        "properties"
    } else {
        "NULL"
    };
    let mut sql = format!(
        "SELECT id, topic_id, flags, length(payload), {body}, {properties} FROM messages
         WHERE id >= ?1 AND id < ?2 AND (1 << (flags & 3)) & ?3 AND (flags & ?4) = ?5"
    );
    if query.property.is_some() {
        sql.push_str(" AND properties IS NOT NULL");
    }
    sql.push_str(match sieve {
        Sieve::None => " AND ?6 IS NULL",
        Sieve::Contains(_) => " AND instr(payload, ?6)",
        // LIKE reads up to the first NUL; what has one is looked at in any case.
        Sieve::Like(_) => " AND (payload LIKE ?6 ESCAPE '\\' OR instr(payload, x'00'))",
    });
    if let Source::Topics(topics) = source {
        // Writing to a String can't fail.
        let _ = write!(sql, " AND topic_id IN ({})", places(7, topics.len()));
    }
    sql
}

pub(super) fn count_sql(topics: &[i64]) -> String {
    format!(
        "SELECT count(*) FROM messages WHERE id >= ?1 AND id < ?2 AND topic_id IN ({})",
        places(3, topics.len())
    )
}

/// Where the topics of a filter are best read; `None` if no topic matches.
pub(super) async fn source(
    readers: &SqlitePool,
    filter: Option<&TopicFilter>,
) -> Result<Option<Source>, HistoryError> {
    let Some(filter) = filter else {
        return Ok(Some(Source::All));
    };
    let (mut from, end) = name_range(filter.unshared());
    let glob = glob(filter.unshared());
    let mut few = Vec::new();
    loop {
        let names: Vec<(i64, String)> = sqlx::query_as(
            "SELECT id, name FROM topics WHERE name >= ? AND (? IS NULL OR name < ?) AND name GLOB ?
             ORDER BY name LIMIT ?",
        )
        .bind(from)
        .bind(end.clone())
        .bind(end.clone())
        .bind(glob.clone())
        .bind(NAMES_STEP)
        .fetch_all(readers)
        .await?;
        let matching = names.iter().filter(|(_, name)| filter.matches(name));
        few.extend(matching.map(|(id, _)| *id));
        if few.len() > FEW_TOPICS {
            return Ok(Some(Source::All));
        }
        match names.last() {
            // The smallest name after this one: a topic has no NUL.
            Some((_, last)) if names.len() as i64 == NAMES_STEP => from = format!("{last}\0"),
            _ => break,
        }
    }
    Ok((!few.is_empty()).then_some(Source::Topics(few)))
}

/// The names that begin with the levels before the first wildcard, and a few more: from the first to
/// before the second.
fn name_range(filter: &str) -> (String, Option<String>) {
    let levels: Vec<&str> = filter
        .split('/')
        .take_while(|level| !matches!(*level, "+" | "#"))
        .collect();
    if levels.is_empty() {
        return (String::new(), None);
    }
    let start = levels.join("/");
    // `0` follows `/`, so this is behind everything below the branch.
    let end = format!("{start}0");
    (start, Some(end))
}

/// A pattern for GLOB that lets every topic through that the filter matches, and others.
fn glob(filter: &str) -> String {
    let mut pattern = String::with_capacity(filter.len() + 8);
    for character in filter.chars() {
        match character {
            '+' | '#' => pattern.push('*'),
            '[' | '?' | '*' => pattern.extend(['[', character, ']']),
            other => pattern.push(other),
        }
    }
    // `a/#` matches `a` as well.
    if let Some(branch) = pattern.strip_suffix("/*").filter(|_| filter.ends_with('#')) {
        pattern = format!("{branch}*");
    }
    if pattern.len() > MOST_GLOB {
        pattern = "*".to_owned();
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_of_names_holds_all_that_match() {
        let range = |filter| name_range(filter);
        assert_eq!(range("a/b"), ("a/b".into(), Some("a/b0".into())));
        assert_eq!(range("a/+/c"), ("a".into(), Some("a0".into())));
        assert_eq!(range("#"), (String::new(), None));
        assert_eq!(range("/+"), (String::new(), Some("0".into())));
        let within = |filter, name: &str| {
            let (from, end) = name_range(filter);
            name >= from.as_str() && end.is_none_or(|end| name < end.as_str())
        };
        for (filter, name) in [
            ("a/#", "a"),
            ("a/#", "a/한"),
            ("/+", "/x"),
            ("/+", "/"),
            ("+", "~"),
        ] {
            assert!(within(filter, name), "{filter} {name}");
        }
    }

    #[test]
    fn signs_of_the_pattern_are_taken_as_they_are() {
        assert_eq!(glob("a/+/[x]?*/#"), "a/*/[[]x][?][*]*");
        assert_eq!(glob("+/b"), "*/b");
        assert_eq!(glob("#"), "*");
    }
}
