//! What a history keeps, what uses its space, and forgetting.

use super::error::ApiError;
use super::wire;

wire! {
    /// What is kept of a connection; 0 has no limit.
    #[serde(rename_all = "camelCase")]
    pub struct Retention {
        pub max_age_secs: f64,
        /// Bytes of the file in use.
        pub max_bytes: f64,
        /// Messages of each topic.
        pub max_per_topic: f64,
    }

    /// The space of a connection's file.
    #[serde(rename_all = "camelCase")]
    pub struct StorageFrame {
        /// Bytes on disk.
        pub file_bytes: f64,
        /// Bytes of it that hold something.
        pub used_bytes: f64,
        /// Bytes of it that hold nothing and can be given back.
        pub free_bytes: f64,
        pub topics: f64,
        pub messages: f64,
        pub payload_bytes: f64,
        pub oldest: Option<f64>,
        pub newest: Option<f64>,
        pub growth: Option<StorageGrowth>,
        /// How far an older file is counted, 0 to 1; until then the numbers are what is counted by now.
        pub counting: Option<f64>,
        pub retention: Retention,
        /// The file can't be written.
        pub read_only: bool,
        /// What is being forgotten, or was last.
        pub clearing: Option<Clearing>,
        pub tidied: Tidied,
    }

    /// What came of deleting what is beyond the limits.
    #[serde(rename_all = "camelCase")]
    pub struct Tidied {
        /// It is at work.
        pub running: bool,
        /// When it was last through, or failed.
        pub at: Option<f64>,
        /// When something last went.
        pub removed: Option<TidiedAway>,
        /// Why it failed the last time.
        pub error: Option<ApiError>,
    }

    /// What went because it was beyond a limit.
    #[serde(rename_all = "camelCase")]
    pub struct TidiedAway { pub at: f64, pub messages: f64, pub topics: f64, pub freed_bytes: f64 }

    /// How fast the file grows if it goes on like its newest messages.
    #[serde(rename_all = "camelCase")]
    pub struct StorageGrowth { pub bytes_per_day: f64, pub over_secs: f64 }

    /// What is to be forgotten.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum Forget {
        Topic { topic: String },
        /// The topic and everything below it.
        Branch { topic: String },
        /// Every message received before this.
        Before { at: f64 },
    }

    /// How much that is.
    #[serde(rename_all = "camelCase")]
    pub struct StorageAmount {
        pub topics: f64,
        pub messages: f64,
        pub bytes: f64,
        /// There is more than this.
        pub more: bool,
    }

    /// Where forgetting is.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum ClearingStage {
        Deleting,
        /// How much of giving the space back is done, 0 to 1.
        GivingBack { share: f64 },
        Done,
        Stopped,
        Failed { detail: String },
    }

    /// What is being forgotten.
    #[serde(rename_all = "camelCase")]
    pub struct Clearing {
        pub what: Forget,
        pub of: StorageAmount,
        pub messages: f64,
        pub topics: f64,
        pub stage: ClearingStage,
        /// Bytes that were given back, once it is over.
        pub freed_bytes: Option<f64>,
    }

    /// Which list is wanted, of the whole file for the empty branch.
    #[serde(rename_all = "camelCase")]
    pub struct StorageLook {
        pub branch: String,
        /// Whole topics instead of the next level.
        pub flat: bool,
        pub order: StorageOrder,
        pub limit: u32,
    }

    /// How a list is ordered, largest first.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum StorageOrder { Bytes, Messages }

    /// One level below a branch, or a whole topic.
    #[serde(rename_all = "camelCase")]
    pub struct StorageRow {
        pub name: String,
        /// The whole name.
        pub topic: String,
        pub amount: StorageAmount,
        /// It has messages of its own.
        pub is_topic: bool,
        /// Its newest message.
        pub newest: f64,
    }

    /// The largest rows of a list.
    #[serde(rename_all = "camelCase")]
    pub struct StorageUsage {
        pub rows: Vec<StorageRow>,
        /// How many there are without the cut.
        pub count: f64,
        /// All of them together.
        pub all: StorageAmount,
        /// The branch's own messages, if it is a topic too.
        pub own: Option<StorageAmount>,
    }
}
