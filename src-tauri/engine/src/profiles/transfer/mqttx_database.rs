//! The database of MQTTX, read without touching it.
//!
//! It is opened as a file that nobody changes, so SQLite puts nothing beside it. That would overlook
//! what MQTTX has not moved into the file yet; where such a rest lies beside it, nothing is read.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, ConnectOptions, Connection, Row, SqliteConnection, TypeInfo, ValueRef};

use super::{Found, Program, TransferError, mqttx};
use crate::history::{HistoryError, file};

type Fields = Map<String, Value>;

pub(super) async fn read(path: &Path) -> Result<Found, TransferError> {
    for rest in ["-wal", "-journal"] {
        let rest = std::fs::metadata(file::beside(path, rest));
        if rest.is_ok_and(|rest| rest.len() > 0) {
            return Err(TransferError::InUse);
        }
    }
    let connection = file::reading(path, true).connect().await;
    let mut connection = connection.map_err(HistoryError::from)?;
    let found = connections(&mut connection).await;
    connection.close().await.map_err(HistoryError::from)?;
    found
}

async fn connections(database: &mut SqliteConnection) -> Result<Found, TransferError> {
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .fetch_all(&mut *database)
        .await
        .map_err(HistoryError::from)?;
    let has = |name: &str| tables.iter().any(|table| table == name);
    if !has("ConnectionEntity") {
        return Err(TransferError::NotRecognized);
    }
    let rows = all(database, "SELECT * FROM ConnectionEntity ORDER BY rowid").await?;
    let mut subscriptions: HashMap<String, Vec<Value>> = HashMap::new();
    if has("SubscriptionEntity") {
        for mut row in all(database, "SELECT * FROM SubscriptionEntity ORDER BY rowid").await? {
            if let Some(owner) = taken(&mut row, &["connection_id", "connectionId"]) {
                subscriptions.entry(owner).or_default().push(row.into());
            }
        }
    }
    let mut wills = HashMap::new();
    if has("WillEntity") {
        for mut row in all(database, "SELECT * FROM WillEntity").await? {
            if let Some(id) = taken(&mut row, &["id"]) {
                wills.insert(id, Value::from(row));
            }
        }
    }
    let mut found = Found {
        program: Program::Mqttx,
        connections: Vec::new(),
        unreadable: Vec::new(),
    };
    for (at, mut row) in rows.into_iter().enumerate() {
        if let Some(id) = taken(&mut row, &["id"]) {
            row.insert(
                "subscriptions".into(),
                subscriptions.remove(&id).unwrap_or_default().into(),
            );
        }
        let will = taken(&mut row, &["willId", "will_id"]).and_then(|id| wills.remove(&id));
        row.insert("will".into(), will.unwrap_or_default());
        for (column, field) in [("client_id", "clientId"), ("parent_id", "parentId")] {
            if let Some(value) = row.remove(column) {
                row.insert(field.into(), value);
            }
        }
        match mqttx::connection(&row) {
            Ok(candidate) => found.connections.push(candidate),
            Err(name) if name.is_empty() => found.unreadable.push(format!("#{}", at + 1)),
            Err(name) => found.unreadable.push(name),
        }
    }
    match found.connections.is_empty() && found.unreadable.is_empty() {
        true => Err(TransferError::NoConnections),
        false => Ok(found),
    }
}

/// Takes a key out of a row, as text whatever its type: keys only have to match each other.
fn taken(row: &mut Fields, names: &[&str]) -> Option<String> {
    let value = names.iter().find_map(|name| row.remove(*name))?;
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// Every row with the columns it has: they differ between versions of MQTTX.
async fn all(database: &mut SqliteConnection, query: &'static str) -> Result<Vec<Fields>, TransferError> {
    let rows = sqlx::query(query)
        .fetch_all(database)
        .await
        .map_err(HistoryError::from)?;
    rows.iter().map(fields).collect()
}

fn fields(row: &SqliteRow) -> Result<Fields, TransferError> {
    let mut fields = Fields::new();
    for column in row.columns() {
        let at = column.ordinal();
        let raw = row.try_get_raw(at).map_err(HistoryError::from)?;
        // What is stored counts, not what the column was declared as.
        let value = match raw.type_info().name() {
            _ if raw.is_null() => Ok(Value::Null),
            "INTEGER" | "BOOLEAN" => row.try_get_unchecked::<i64, _>(at).map(Value::from),
            "REAL" => row.try_get_unchecked::<f64, _>(at).map(Value::from),
            "BLOB" => Ok(Value::Null),
            _ => row.try_get_unchecked::<String, _>(at).map(Value::from),
        };
        fields.insert(column.name().to_owned(), value.unwrap_or_default());
    }
    Ok(fields)
}
