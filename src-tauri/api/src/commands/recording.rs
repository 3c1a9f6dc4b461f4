//! Recordings: export, import, and sending them again, as jobs.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;
use treetop_engine::ingest::lock;
use treetop_engine::message::Timestamp;
use treetop_engine::orders::Order;
use treetop_engine::profiles::Recording;
use treetop_engine::recording::{
    self, Exported, Imported, ReplayEnd, Replayed, Selection, Source, Survey, WallClock,
};
use treetop_engine::topic::TopicFilter;

use crate::api::{Api, LONGEST_WAIT, SHORTEST_WAIT};
use crate::jobs::Job;
use crate::types::error::ApiError;
use crate::types::recording::{
    JobFrame, JobOrder, JobState, MessageSelection, RecordingFormat, ReplayConfirmed, ReplayOptions,
    ReplaySource,
};
use crate::wire;

impl Api {
    /// Asks where to, and begins to write there. The answer is the job; none if the person changed their mind.
    pub async fn recording_export(
        &self,
        id: String,
        selection: MessageSelection,
        format: RecordingFormat,
    ) -> Result<Option<f64>, ApiError> {
        let connection = self.connection(&id)?;
        let chosen = self.chosen(&id, &selection)?;
        let name = file_name(&self.saved(&id).await?.name, format);
        let Some(path) = self.desktop.save_as(&name).await else {
            return Ok(None);
        };
        let (number, job) = lock(&self.jobs).begin(exporting(&Exported::default()));
        tokio::spawn(async move {
            let (progress, told) = watch::channel(Exported::default());
            let history = connection.history.clone();
            let format = wire::recording::format(format);
            let work = async {
                let done = recording::export(history, chosen, format, &path, job.orders(), &progress).await;
                match done {
                    Ok(done) => JobState::Exported {
                        path: path.display().to_string(),
                        messages: done.messages as f64,
                        bytes: done.bytes as f64,
                    },
                    Err(error) => wire::recording::export(error).map_or(JobState::Stopped, failed),
                }
            };
            job.follow(told, exporting, work).await;
        });
        Ok(Some(number.into()))
    }

    /// Asks for a file, and begins to read it as a history of its own.
    pub async fn recording_import(&self) -> Result<Option<f64>, ApiError> {
        let Some(path) = self.desktop.open_file().await else {
            return Ok(None);
        };
        let (number, job) = lock(&self.jobs).begin(importing(&Imported::default()));
        let engine = self.engine.clone();
        tokio::spawn(async move {
            let (progress, told) = watch::channel(Imported::default());
            let mut profile = wire::profile::new(&wire::profile::fresh_id());
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            profile.name = name.into_owned();
            profile.host = String::new();
            profile.recording = Some(Recording {
                file: path.display().to_string(),
                ..Recording::default()
            });
            let id = profile.id.0.clone();
            let work = async {
                let done = engine.import(&profile, &path, Timestamp::now(), job.orders(), &progress);
                match done.await.map_err(wire::error::engine) {
                    Ok(done) => JobState::Imported {
                        id,
                        messages: done.messages as f64,
                        moved: done.moved as f64,
                    },
                    Err(ApiError::Stopped) => JobState::Stopped,
                    Err(error) => failed(error),
                }
            };
            job.follow(told, importing, work).await;
        });
        Ok(Some(number.into()))
    }

    /// Begins to count what would be sent again.
    pub async fn replay_survey(&self, source: ReplaySource) -> Result<f64, ApiError> {
        let source = self.source(source)?;
        let (number, job) = lock(&self.jobs).begin(surveying(&Survey::default()));
        tokio::spawn(async move {
            let (progress, told) = watch::channel(Survey::default());
            let orders = job.orders();
            let work = async {
                match recording::survey(source, job.orders(), &progress).await {
                    Ok(_) if *orders.borrow() == Order::Stop => JobState::Stopped,
                    Ok(survey) => JobState::Surveyed {
                        survey: wire::recording::survey(&survey),
                    },
                    Err(error) => failed(wire::recording::source(error)),
                }
            };
            job.follow(told, surveying, work).await;
        });
        Ok(number.into())
    }

    /// Begins to send messages again to an open connection. What could do harm has to be confirmed.
    pub async fn replay_start(
        &self,
        id: String,
        source: ReplaySource,
        options: ReplayOptions,
        confirmed: ReplayConfirmed,
    ) -> Result<f64, ApiError> {
        let target = self.connection(&id)?;
        if target.session().is_none() {
            return Err(ApiError::NotConnected);
        }
        let same_topics = options.prefix.is_empty() && self.may_come_from(&source, &id).await?;
        if (same_topics && !confirmed.same_topics) || (options.retain && !confirmed.retained) {
            return Err(ApiError::NotConfirmed);
        }
        let source = self.source(source)?;
        let replay = wire::recording::options(&options);
        let (number, job) = lock(&self.jobs).begin(replaying(&Replayed::default(), false));
        tokio::spawn(async move {
            let (progress, told) = watch::channel(Replayed::default());
            let clock = WallClock::begin();
            let work = async {
                let end = recording::replay(source, target, replay, &clock, job.orders(), &progress).await;
                match end {
                    Ok(end) => JobState::Replayed {
                        replay: wire::recording::replay(&progress.borrow()),
                        stopped: end == ReplayEnd::Stopped,
                    },
                    Err(error) => failed(wire::recording::source(error)),
                }
            };
            job.follow(told, |now| replaying(now, job.paused()), work).await;
        });
        Ok(number.into())
    }

    /// Where a job stands; answers when that changed, at most ten times a second.
    pub async fn job_frame(&self, job: f64, revision: f64) -> Result<JobFrame, ApiError> {
        let job = self.job(job)?;
        let mut changed = job.changed();
        if changed.borrow_and_update().0 as f64 == revision {
            let _ = tokio::time::timeout(LONGEST_WAIT, changed.changed()).await;
        } else if revision != 0.0 {
            tokio::time::sleep(SHORTEST_WAIT).await;
        }
        Ok(job.frame())
    }

    /// Lets a job go on, pause, or end.
    pub async fn job_order(&self, job: f64, order: JobOrder) -> Result<(), ApiError> {
        self.job(job)?.order(wire::recording::order(order));
        Ok(())
    }

    fn job(&self, job: f64) -> Result<Arc<Job>, ApiError> {
        lock(&self.jobs).get(job).ok_or(ApiError::UnknownJob)
    }

    fn source(&self, source: ReplaySource) -> Result<Source, ApiError> {
        Ok(match source {
            ReplaySource::History { id, selection } => Source::History(
                self.connection(&id)?.history.clone(),
                self.chosen(&id, &selection)?,
            ),
            ReplaySource::File { path } => Source::File(PathBuf::from(path)),
        })
    }

    fn chosen(&self, id: &str, selection: &MessageSelection) -> Result<Selection, ApiError> {
        let filter = match selection.filter.as_str() {
            "" => None,
            text => Some(TopicFilter::new(text).map_err(wire::error::topic)?),
        };
        let found = |number| self.search(id, number).map(|search| search.found());
        Ok(Selection {
            filter,
            from: selection.from.map(wire::message::id_from),
            to: selection.to.map(wire::message::id_from),
            only: selection.search.map(found).transpose()?,
        })
    }

    /// Whether the messages may have come from the broker of a connection. Of a file nobody knows.
    async fn may_come_from(&self, source: &ReplaySource, target: &str) -> Result<bool, ApiError> {
        let ReplaySource::History { id, .. } = source else {
            return Ok(true);
        };
        if id == target {
            return Ok(true);
        }
        let (from, to) = (self.saved(id).await?, self.saved(target).await?);
        Ok(from.recording.is_some() || (place(&from.host), from.port) == (place(&to.host), to.port))
    }
}

/// A host under one name: this computer has several.
fn place(host: &str) -> String {
    let host = host.trim_matches(['[', ']']);
    let is_here = host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if is_here {
        "localhost".to_owned()
    } else {
        host.to_ascii_lowercase()
    }
}

/// The name of the connection, as far as a file can have it.
fn file_name(name: &str, format: RecordingFormat) -> String {
    let extension = match format {
        RecordingFormat::JsonLines => "jsonl",
        RecordingFormat::Csv => "csv",
    };
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') {
                c
            } else {
                '-'
            }
        })
        .collect();
    let name = name.trim_matches(['-', '.']);
    let name = if name.is_empty() { "messages" } else { name };
    format!("{name}.{extension}")
}

fn failed(error: ApiError) -> JobState {
    JobState::Failed { error }
}

fn exporting(now: &Exported) -> JobState {
    JobState::Exporting {
        messages: now.messages as f64,
        bytes: now.bytes as f64,
        share: now.share,
    }
}

fn importing(now: &Imported) -> JobState {
    JobState::Importing {
        messages: now.messages as f64,
        share: now.share,
    }
}

fn surveying(now: &Survey) -> JobState {
    JobState::Surveying {
        survey: wire::recording::survey(now),
    }
}

fn replaying(now: &Replayed, paused: bool) -> JobState {
    JobState::Replaying {
        replay: wire::recording::replay(now),
        paused,
    }
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn this_computer_is_one_place_under_all_its_names() {
        for name in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert_eq!(place(name), "localhost", "{name}");
        }
        assert_eq!(place("Broker.example"), place("broker.EXAMPLE"));
        assert_ne!(place("10.0.0.1"), place("10.0.0.2"));
    }
}
