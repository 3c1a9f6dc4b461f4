//! How the payloads of a connection are read: choices by topic filter, and the schemas they name.
//!
//! They are settings of the connection and stay with it; no history has them. Schemas are kept as the
//! text that was loaded, so that a file that moves takes nothing along.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use treetop_engine::connection::Connection;
use treetop_engine::history::Stored;
use treetop_engine::ingest::lock;
use treetop_engine::message::MessageId;
use treetop_engine::payload::{self, Aliases, Known, Rule, Rules, SchemaFile, Schemas};
use treetop_engine::topic::TopicFilter;

use crate::api::Api;
use crate::types::decoders::{DecoderRule, Decoders, SchemaInfo, SchemaProblem};
use crate::types::error::ApiError;
use crate::wire;

/// A schema is a file that people write: no more than 1 MB.
const MOST_SCHEMA_BYTES: u64 = 1_000_000;
/// Choices and schemas of one connection.
const MOST_RULES: usize = 500;
const MOST_SCHEMAS: usize = 100;

/// What is saved.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Document {
    rules: Vec<DecoderRule>,
    schemas: Vec<Schema>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Schema {
    name: String,
    text: String,
}

/// What is saved, ready for use.
#[derive(Default)]
pub(crate) struct Decoding {
    document: Document,
    schemas: Schemas,
    rules: Rules,
}

/// By connection, as far as they were asked for.
pub(crate) type AllDecoding = HashMap<String, Arc<Decoding>>;

fn setting(id: &str) -> String {
    format!("decoders:{id}")
}

impl Decoding {
    fn of(document: Document) -> Result<Self, ApiError> {
        let files = document.schemas.iter().map(|schema| SchemaFile {
            name: schema.name.clone(),
            text: schema.text.clone(),
        });
        let files: Vec<_> = files.collect();
        let schemas = Schemas::compile(&files);
        let rules = document.rules.iter().map(|rule| {
            Ok(Rule {
                filter: TopicFilter::new(rule.filter.as_str()).map_err(wire::error::topic)?,
                format: wire::message::format_from(rule.format),
                message: rule.message_type.clone(),
            })
        });
        let rules = Rules::new(rules.collect::<Result<_, ApiError>>()?, &schemas);
        Ok(Self {
            document,
            schemas,
            rules,
        })
    }

    fn shown(&self) -> Decoders {
        let schemas = self.document.schemas.iter().map(|schema| SchemaInfo {
            name: schema.name.clone(),
            message_types: self.schemas.messages(&schema.name),
            problem: self.schemas.problem(&schema.name).map(|problem| SchemaProblem {
                file: problem.file.clone(),
                line: problem.line,
                column: problem.column,
                detail: problem.detail.clone(),
            }),
        });
        Decoders {
            rules: self.document.rules.clone(),
            schemas: schemas.collect(),
        }
    }

    /// How the payloads of a topic are read by choice. Enough for one line, which has no names of metrics.
    pub(crate) fn known(&self, topic: &str) -> Option<&Known> {
        self.rules.find(topic).map(|(_, known)| known)
    }

    /// The choice that counts for a topic, as it was saved.
    fn rule(&self, topic: &str) -> Option<DecoderRule> {
        let (rule, _) = self.rules.find(topic)?;
        let mut saved = self.document.rules.iter();
        saved.find(|saved| saved.filter == rule.filter.as_str()).cloned()
    }
}

impl Api {
    pub async fn decoders(&self, id: String) -> Result<Decoders, ApiError> {
        Ok(self.decoding(&id).await?.shown())
    }

    /// Replaces all choices.
    pub async fn decoders_save(&self, id: String, rules: Vec<DecoderRule>) -> Result<Decoders, ApiError> {
        let mut document = self.decoding(&id).await?.document.clone();
        document.rules = rules;
        document.rules.truncate(MOST_RULES);
        self.keep_decoding(&id, document).await
    }

    /// Loads a `.proto` file; one of the same name is replaced. What is wrong with it is told with it.
    pub async fn schema_add(&self, id: String, path: String) -> Result<Decoders, ApiError> {
        let mut document = self.decoding(&id).await?.document.clone();
        let failed = |detail: String| ApiError::File {
            path: path.clone(),
            detail,
        };
        let about = tokio::fs::metadata(&path)
            .await
            .map_err(|error| failed(error.to_string()))?;
        if about.len() > MOST_SCHEMA_BYTES {
            return Err(failed(format!(
                "{} bytes, no more than {MOST_SCHEMA_BYTES}",
                about.len()
            )));
        }
        let text = tokio::fs::read_to_string(&path)
            .await
            .map_err(|error| failed(error.to_string()))?;
        let name = path.rsplit(['/', '\\']).next().unwrap_or(&path).to_owned();
        document.schemas.retain(|schema| schema.name != name);
        if document.schemas.len() >= MOST_SCHEMAS {
            return Err(failed(format!("no more than {MOST_SCHEMAS} files")));
        }
        document.schemas.push(Schema { name, text });
        self.keep_decoding(&id, document).await
    }

    /// Forgets a schema. Choices that name its message types stay, and go by field numbers.
    pub async fn schema_remove(&self, id: String, name: String) -> Result<Decoders, ApiError> {
        let mut document = self.decoding(&id).await?.document.clone();
        document.schemas.retain(|schema| schema.name != name);
        self.keep_decoding(&id, document).await
    }

    /// Forgets the choices and schemas of a connection that is deleted.
    pub(crate) async fn forget_decoding(&self, id: &str) -> Result<(), ApiError> {
        lock(&self.decoding).remove(id);
        self.engine
            .profiles
            .remove_setting(&setting(id))
            .await
            .map_err(wire::error::profiles)
    }

    async fn keep_decoding(&self, id: &str, document: Document) -> Result<Decoders, ApiError> {
        let decoding = Arc::new(compile(document.clone()).await?);
        self.engine
            .profiles
            .set_setting(&setting(id), &document)
            .await
            .map_err(wire::error::profiles)?;
        lock(&self.decoding).insert(id.to_owned(), decoding.clone());
        if let Some(connection) = self.engine.connection(id) {
            self.tell_series(id, &connection).await?;
            // What is open was read by the choices of before.
            let looks = self.looks(id)?;
            looks.payload.close().await;
            looks.turn();
        }
        Ok(decoding.shown())
    }

    /// Pinned fields read what comes from now on by the choices of now.
    async fn tell_series(&self, id: &str, connection: &Connection) -> Result<(), ApiError> {
        let pinned: Vec<_> = lock(&connection.live.series)
            .iter()
            .map(|pinned| (pinned.id, pinned.topic.clone()))
            .collect();
        for (number, topic) in pinned {
            let known = self.known(id, &topic, None).await?;
            lock(&connection.live.series).tell(number, known);
        }
        Ok(())
    }

    pub(crate) async fn decoding(&self, id: &str) -> Result<Arc<Decoding>, ApiError> {
        if let Some(decoding) = lock(&self.decoding).get(id) {
            return Ok(decoding.clone());
        }
        let document: Option<Document> = self
            .engine
            .profiles
            .setting(&setting(id))
            .await
            .map_err(wire::error::profiles)?;
        let decoding = Arc::new(match document {
            Some(document) => compile(document).await?,
            None => Decoding::default(),
        });
        lock(&self.decoding).insert(id.to_owned(), decoding.clone());
        Ok(decoding)
    }

    /// What is known about the payloads of a topic: the choice for it, and the names of metrics from the
    /// birth messages before this message; before now without one.
    pub(crate) async fn known(
        &self,
        id: &str,
        topic: &str,
        message: Option<MessageId>,
    ) -> Result<Known, ApiError> {
        let decoding = self.decoding(id).await?;
        let mut known = decoding.known(topic).cloned().unwrap_or_default();
        if payload::birth_topics(topic).is_empty() {
            return Ok(known);
        }
        let births = self.births(id, topic, message).await?;
        let births = births.iter().map(|birth| birth.message.payload.as_ref());
        known.aliases = Some(Aliases::from_births(births));
        Ok(known)
    }

    /// How each of some messages of a topic is read, newest first.
    pub(crate) async fn known_by(
        &self,
        id: &str,
        topic: &str,
        messages: &[MessageId],
    ) -> Result<Vec<Known>, ApiError> {
        let (Some(newest), Some(oldest)) = (messages.first(), messages.last()) else {
            return Ok(Vec::new());
        };
        let born = async |message: &MessageId| -> Result<Vec<MessageId>, ApiError> {
            let births = self.births(id, topic, Some(*message)).await?;
            Ok(births.into_iter().map(|birth| birth.id).collect())
        };
        if born(newest).await? == born(oldest).await? {
            let known = self.known(id, topic, Some(*newest)).await?;
            return Ok(vec![known; messages.len()]);
        }
        let mut all = Vec::with_capacity(messages.len());
        for message in messages {
            all.push(self.known(id, topic, Some(*message)).await?);
        }
        Ok(all)
    }

    /// The births that named the metrics of a topic before a message; before now without one.
    async fn births(
        &self,
        id: &str,
        topic: &str,
        message: Option<MessageId>,
    ) -> Result<Vec<Stored>, ApiError> {
        let history = &self.connection(id)?.history;
        let mut births = Vec::new();
        for topic in payload::birth_topics(topic) {
            let page = history.page(&topic, message, 1).await;
            births.extend(page.map_err(wire::error::history)?);
        }
        Ok(births)
    }

    /// The choice that counts for a topic.
    pub(crate) async fn rule(&self, id: &str, topic: &str) -> Result<Option<DecoderRule>, ApiError> {
        Ok(self.decoding(id).await?.rule(topic))
    }
}

/// Schemas take a while to compile.
async fn compile(document: Document) -> Result<Decoding, ApiError> {
    let compiled = tokio::task::spawn_blocking(move || Decoding::of(document)).await;
    compiled.map_err(|error| ApiError::Profiles {
        detail: error.to_string(),
    })?
}
