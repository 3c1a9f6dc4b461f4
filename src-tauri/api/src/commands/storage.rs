//! What a history keeps, what uses its space, and forgetting.

use treetop_engine::clearing::{self, Stage};
use treetop_engine::history as engine;
use treetop_engine::history::{Health, Order};
use treetop_engine::message::Timestamp;
use treetop_engine::tidying;

use crate::api::Api;
use crate::types::error::ApiError;
use crate::types::storage::{
    Clearing, ClearingStage, Forget, Retention, StorageAmount, StorageFrame, StorageGrowth, StorageLook,
    StorageOrder, StorageRow, StorageUsage, Tidied, TidiedAway,
};
use crate::wire;

/// The longest time that can be kept: a thousand years. Longer is no limit.
const LONGEST_SECS: f64 = 1_000.0 * 365.25 * 86_400.0;
/// The most bytes and messages that a limit can say exactly.
const MOST: f64 = 9_007_199_254_740_991.0;

impl Api {
    /// The space of the file as it is; the window asks again at its own pace.
    pub async fn storage(&self, id: String) -> Result<StorageFrame, ApiError> {
        let connection = self.connection(&id)?;
        let saved = self.saved(&id).await?.retention;
        let space = connection
            .history
            .space(Timestamp::now())
            .await
            .map_err(wire::error::history)?;
        let totals = space.totals;
        Ok(StorageFrame {
            file_bytes: space.file as f64,
            used_bytes: space.used as f64,
            free_bytes: space.free as f64,
            topics: totals.topics as f64,
            messages: totals.messages as f64,
            payload_bytes: totals.bytes as f64,
            oldest: totals.first.map(|id| id.received().millis()),
            newest: totals.last.map(|id| id.received().millis()),
            growth: space.growth.map(|growth| StorageGrowth {
                bytes_per_day: growth.bytes_per_day,
                over_secs: growth.over.as_secs_f64(),
            }),
            counting: space
                .counting
                .map(|counting| f64::from(counting.permille) / 1_000.0),
            retention: Retention {
                max_age_secs: saved.max_age_secs as f64,
                max_bytes: saved.max_bytes as f64,
                max_per_topic: saved.max_per_topic as f64,
            },
            read_only: connection.health() == Health::ReadOnly,
            clearing: connection.clearings.now().map(clearing),
            tidied: tidied(connection.tidying.now()),
        })
    }

    /// What uses the space below a branch.
    pub async fn storage_usage(&self, id: String, look: StorageLook) -> Result<StorageUsage, ApiError> {
        let history = &self.connection(&id)?.history;
        let order = match look.order {
            StorageOrder::Bytes => Order::Bytes,
            StorageOrder::Messages => Order::Messages,
        };
        let branch = look.branch;
        let usage = if look.flat {
            history.largest(&branch, order, look.limit).await
        } else {
            history.branches(&branch, order, look.limit).await
        };
        let usage = usage.map_err(wire::error::history)?;
        let own = history
            .amount(&engine::Forget::Topic(branch.clone()))
            .await
            .map_err(wire::error::history)?;
        let rows = usage.rows.into_iter().map(|row| StorageRow {
            topic: if look.flat || branch.is_empty() {
                row.name.clone()
            } else {
                format!("{branch}/{}", row.name)
            },
            name: row.name,
            amount: amount(row.amount),
            is_topic: row.is_topic,
            newest: row.last.received().millis(),
        });
        Ok(StorageUsage {
            rows: rows.collect(),
            count: usage.count as f64,
            all: amount(usage.all),
            own: (own.messages > 0 && !branch.is_empty()).then(|| amount(own)),
        })
    }

    /// How much would be forgotten.
    pub async fn storage_amount(&self, id: String, what: Forget) -> Result<StorageAmount, ApiError> {
        let history = &self.connection(&id)?.history;
        let found = history.amount(&forget_from(what)).await;
        found.map(amount).map_err(wire::error::history)
    }

    /// Begins to forget; false if something is being forgotten already.
    pub async fn storage_forget(&self, id: String, what: Forget) -> Result<bool, ApiError> {
        Ok(self.connection(&id)?.forget(forget_from(what)))
    }

    /// Stops forgetting; what was deleted stays deleted.
    pub async fn storage_stop(&self, id: String) -> Result<(), ApiError> {
        self.connection(&id)?.clearings.stop();
        Ok(())
    }

    /// Saves what is kept of a connection and, if it is open, removes the rest at once.
    pub async fn retention_save(&self, id: String, retention: Retention) -> Result<(), ApiError> {
        let mut saved = self.saved(&id).await?;
        let limit = |number: f64, most: f64| if number <= most { number.max(0.0) as u64 } else { 0 };
        saved.retention.max_age_secs = limit(retention.max_age_secs, LONGEST_SECS);
        saved.retention.max_bytes = limit(retention.max_bytes, MOST);
        saved.retention.max_per_topic = limit(retention.max_per_topic, MOST);
        self.engine
            .save(&saved, Timestamp::now())
            .await
            .map_err(wire::error::engine)
    }
}

fn amount(amount: engine::Amount) -> StorageAmount {
    StorageAmount {
        topics: amount.topics as f64,
        messages: amount.messages as f64,
        bytes: amount.bytes as f64,
        more: amount.more,
    }
}

fn forget_from(what: Forget) -> engine::Forget {
    match what {
        Forget::Topic { topic } => engine::Forget::Topic(topic),
        Forget::Branch { topic } => engine::Forget::Branch(topic),
        Forget::Before { at } => engine::Forget::Before(Timestamp((at * 1_000.0) as i64)),
    }
}

fn forget_to(what: engine::Forget) -> Forget {
    match what {
        engine::Forget::Topic(topic) => Forget::Topic { topic },
        engine::Forget::Branch(topic) => Forget::Branch { topic },
        engine::Forget::Before(at) => Forget::Before { at: at.millis() },
    }
}

fn clearing(now: clearing::Clearing) -> Clearing {
    Clearing {
        what: forget_to(now.what),
        of: amount(now.of),
        messages: now.removed.messages as f64,
        topics: now.removed.topics as f64,
        freed_bytes: now.stage.is_over().then_some(now.removed.freed as f64),
        stage: match now.stage {
            Stage::Deleting => ClearingStage::Deleting,
            Stage::GivingBack { permille } => ClearingStage::GivingBack {
                share: f64::from(permille) / 1_000.0,
            },
            Stage::Done => ClearingStage::Done,
            Stage::Stopped => ClearingStage::Stopped,
            Stage::Failed(error) => ClearingStage::Failed {
                detail: error.to_string(),
            },
        },
    }
}

fn tidied(now: tidying::Tidied) -> Tidied {
    Tidied {
        running: now.running,
        at: now.at.map(Timestamp::millis),
        removed: now.removed.map(|(at, removed)| TidiedAway {
            at: at.millis(),
            messages: removed.messages as f64,
            topics: removed.topics as f64,
            freed_bytes: removed.freed as f64,
        }),
        error: now.error.map(wire::error::history),
    }
}
