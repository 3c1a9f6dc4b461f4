//! What a saved connection says about its history: how much of it is kept, and whether it was read from a
//! recording. What is removed, and when, is up to the history.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Extra;
use crate::history::Retention;

/// Where a history was read from that never had a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recording {
    /// The file, as it was chosen.
    pub file: String,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What of a history is kept; 0 has no limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileRetention {
    /// Seconds a message is kept.
    pub max_age_secs: u64,
    /// Bytes of the file in use; beyond it the oldest messages go.
    pub max_bytes: u64,
    /// Messages of each topic; beyond it the oldest go.
    pub max_per_topic: u64,
    /// Unknown fields.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for ProfileRetention {
    fn default() -> Self {
        let Retention {
            max_age,
            max_bytes,
            max_per_topic,
        } = Retention::default();
        Self {
            max_age_secs: max_age.as_secs(),
            max_bytes,
            max_per_topic,
            extra: Extra::new(),
        }
    }
}

impl From<&ProfileRetention> for Retention {
    fn from(saved: &ProfileRetention) -> Self {
        Self {
            max_age: Duration::from_secs(saved.max_age_secs),
            max_bytes: saved.max_bytes,
            max_per_topic: saved.max_per_topic,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::profiles::Profile;

    #[test]
    fn an_older_connection_keeps_thirty_days_and_two_gigabytes() {
        let profile: Profile = serde_json::from_str(r#"{"id":"a","retention":{"max_per_topic":9}}"#).unwrap();
        let kept = Retention {
            max_per_topic: 9,
            ..Retention::default()
        };
        assert_eq!(Retention::from(&profile.retention), kept);
        let older: Profile = serde_json::from_str(r#"{"id":"a"}"#).unwrap();
        assert_eq!(Retention::from(&older.retention), Retention::default());
    }
}
