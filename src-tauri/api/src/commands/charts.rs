//! Charted fields: pin, fill from the history, thin to pixels, export.

use std::sync::Arc;

use treetop_engine::chart;
use treetop_engine::connection::Connection;
use treetop_engine::history::{History, HistoryError};
use treetop_engine::ingest::lock;
use treetop_engine::message::{MessageId, Properties, Timestamp};
use treetop_engine::payload::{self, FieldPath, Hint, Known};
use treetop_engine::series::{self, Pinned};

use crate::api::{Api, wait};
use crate::commands::births::Births;
use crate::types::chart::{
    ChartExport, ChartFrame, ChartRange, ChartRequest, ExportFormat, Gap, Saved, Series, SeriesFrame,
};
use crate::types::error::ApiError;
use crate::wire;

/// Columns of pixels that one answer is thinned to at most.
const MOST_COLUMNS: u32 = 4_000;
/// Pixels of an exported PNG for each of the picture, each way.
const PNG_SCALE: u32 = 2;
/// Bounds of a picture, so that it can be read and at [`PNG_SCALE`] fits into memory.
const SMALLEST: (u32, u32) = (320, 160);
const LARGEST: (u32, u32) = (2_560, 1_950);

impl Api {
    pub async fn series_list(&self, id: String) -> Result<Vec<Series>, ApiError> {
        let connection = self.connection(&id)?;
        let series = lock(&connection.live.series);
        Ok(series.iter().map(wire_series).collect())
    }

    /// Pins a field: it is filled from the history in the background and goes on live.
    pub async fn series_add(&self, id: String, topic: String, path: String) -> Result<Series, ApiError> {
        let connection = self.connection(&id)?;
        let no_such = || ApiError::NoSuchField { path: path.clone() };
        let field = FieldPath::parse(&path).map_err(|_| no_such())?;
        let latest = connection
            .history
            .latest(&topic)
            .await
            .map_err(wire::error::history)?;
        let known = self.known(&id, &topic, None).await?;
        let unit = latest.and_then(|stored| {
            let hint = Hint {
                known: Some(&known),
                ..series::hint(&stored.message)
            };
            let found = payload::numbers(&stored.message.payload, hint);
            found
                .into_iter()
                .find(|number| number.path == path)
                .and_then(|number| number.unit)
        });
        let (number, series) = {
            let mut all = lock(&connection.live.series);
            let (number, new) = all
                .add(&topic, field, &path, unit)
                .ok_or(ApiError::TooManySeries)?;
            all.tell(number, known.clone());
            let pinned = all.get(number).ok_or_else(no_such)?;
            (new.then_some(number), wire_series(pinned))
        };
        connection.live.touch();
        if let Some(number) = number {
            tokio::spawn(fill(connection, number, topic, path, known));
        }
        Ok(series)
    }

    pub async fn series_remove(&self, id: String, series: u32) -> Result<(), ApiError> {
        let connection = self.connection(&id)?;
        lock(&connection.live.series).remove(series);
        connection.live.touch();
        Ok(())
    }

    pub async fn series_hide(&self, id: String, series: u32, hidden: bool) -> Result<(), ApiError> {
        let connection = self.connection(&id)?;
        lock(&connection.live.series).hide(series, hidden);
        connection.live.touch();
        Ok(())
    }

    pub async fn chart_frame(
        &self,
        id: String,
        request: ChartRequest,
    ) -> Result<Option<ChartFrame>, ApiError> {
        let connection = self.connection(&id)?;
        let mut changed = connection.changed();
        changed.mark_unchanged();
        if *changed.borrow() as f64 + 1.0 == request.revision {
            wait(&mut changed, Timestamp::now()).await;
        }
        let revision = *changed.borrow() as f64 + 1.0;
        if revision == request.revision && !matches!(request.range, ChartRange::Live { .. }) {
            return Ok(None);
        }
        let all = lock(&connection.live.series);
        let now = Timestamp::now();
        let (from, to) = range(&request.range, all.iter(), now);
        let columns = request.columns.clamp(1, MOST_COLUMNS) as usize;
        let frame = |pinned: &Pinned| {
            let mut window = pinned.points.window(from, to, columns);
            // Its neighbours are for pictures; the window also lists the points, and then only those in view.
            window.points.retain(|point| (from..=to).contains(&point.at));
            SeriesFrame {
                series: wire_series(pinned),
                times: window.points.iter().map(|point| point.at.millis()).collect(),
                values: window.points.iter().map(|point| point.value).collect(),
                count: window.count as f64,
                min: window.min,
                mean: window.mean,
                max: window.max,
                last: window.last,
                filling: pinned.filling,
            }
        };
        let gaps = all.gaps().window(from, to, now).into_iter();
        Ok(Some(ChartFrame {
            revision,
            from: from.millis(),
            to: to.millis(),
            series: all.iter().map(frame).collect(),
            gaps: gaps
                .map(|(from, to)| Gap {
                    from: from.millis(),
                    to: to.millis(),
                })
                .collect(),
        }))
    }

    pub async fn chart_export(&self, id: String, export: ChartExport) -> Result<Saved, ApiError> {
        let connection = self.connection(&id)?;
        let format = export.format;
        let drawn = tokio::task::spawn_blocking(move || draw(&connection, export));
        let bytes = drawn.await.map_err(|error| ApiError::Export {
            detail: error.to_string(),
        })??;
        let extension = match format {
            ExportFormat::Png => "png",
            ExportFormat::Svg => "svg",
            ExportFormat::Csv => "csv",
        };
        self.save(&format!("chart.{extension}"), &bytes).await
    }
}

fn draw(connection: &Connection, export: ChartExport) -> Result<Vec<u8>, ApiError> {
    let all = lock(&connection.live.series);
    let now = Timestamp::now();
    let (from, to) = range(&export.range, all.iter(), now);
    let shown = || all.iter().filter(|pinned| !pinned.hidden);
    if let ExportFormat::Csv = export.format {
        let inside = |pinned: &Pinned| {
            let points = pinned.points.points();
            points.filter(|point| (from..=to).contains(&point.at)).collect()
        };
        let copied: Vec<(String, String, Vec<chart::Point>)> = shown()
            .map(|pinned| (pinned.topic.clone(), pinned.path_text.clone(), inside(pinned)))
            .collect();
        drop(all);
        let series: Vec<_> = copied
            .iter()
            .map(|(topic, path, points)| chart::CsvSeries { topic, path, points })
            .collect();
        return Ok(chart::csv(&series).into_bytes());
    }
    let width = export.width.clamp(SMALLEST.0, LARGEST.0);
    let gaps = all.gaps().window(from, to, now);
    let chart = chart::Chart {
        title: String::new(),
        series: shown()
            .map(|pinned| chart::ChartSeries {
                label: pinned.topic.clone(),
                path: shown_path(pinned).to_owned(),
                unit: pinned.unit.clone(),
                color: pinned.style.into(),
                points: pinned
                    .points
                    .window(from, to, (width * PNG_SCALE) as usize)
                    .points,
                gaps: gaps.clone(),
            })
            .collect(),
        from,
        to,
        layout: if export.overlay {
            chart::Layout::Overlay
        } else {
            chart::Layout::Stacked
        },
        theme: if export.dark {
            chart::Theme::Dark
        } else {
            chart::Theme::Light
        },
        width,
        height: export.height.clamp(SMALLEST.1, LARGEST.1),
        offset_minutes: export.utc_offset_minutes,
        words: chart::Words {
            offline: export.words.offline,
            min: export.words.min,
            mean: export.words.mean,
            max: export.words.max,
        },
    };
    drop(all);
    let drawn = match export.format {
        ExportFormat::Svg => chart::svg(&chart).map(String::into_bytes),
        _ => chart::png(&chart, PNG_SCALE),
    };
    drawn.map_err(|error| ApiError::Export {
        detail: error.to_string(),
    })
}

/// A payload that is a number has no path worth showing.
fn shown_path(pinned: &Pinned) -> &str {
    match pinned.path_text.as_str() {
        "$" | "value" => "",
        path => path,
    }
}

fn range<'a>(
    range: &ChartRange,
    mut series: impl Iterator<Item = &'a Pinned>,
    now: Timestamp,
) -> (Timestamp, Timestamp) {
    let at = |millis: f64| Timestamp((millis * 1000.0) as i64);
    match range {
        ChartRange::Live { seconds } => (Timestamp(now.0 - (seconds * 1e6) as i64), now),
        ChartRange::Fixed { from, to } => (at(*from), at(to.max(*from))),
        ChartRange::All => {
            let first = series
                .by_ref()
                .filter_map(|pinned| pinned.points.points().next())
                .map(|point| point.at)
                .min();
            (first.unwrap_or(Timestamp(now.0 - 60_000_000)), now)
        }
    }
}

async fn fill(connection: Arc<Connection>, number: u32, topic: String, path: String, known: Known) {
    let Ok(field) = FieldPath::parse(&path) else {
        return;
    };
    let points = match points(&connection.history, &topic, &field, known).await {
        Ok(points) => points,
        Err(error) => {
            log::warn!("a series can't be filled from the history: {error}");
            Vec::new()
        }
    };
    lock(&connection.live.series).fill(number, points);
    connection.live.touch();
}

/// The numbers of a field over the whole history, each read as it would have been then.
async fn points(
    history: &History,
    topic: &str,
    field: &FieldPath,
    mut known: Known,
) -> Result<Vec<chart::Point>, HistoryError> {
    let births = Births::of(history, topic).await?;
    let mut named_until = Some(MessageId(i64::MIN));
    let mut points = Vec::new();
    let take = |id: MessageId, bytes: &[u8], properties: Option<&Properties>| {
        if named_until.is_some_and(|until| until <= id) {
            known.aliases = births.before(id);
            named_until = births.after(id);
        }
        let hint = Hint {
            known: Some(&known),
            ..series::hint_of(topic, properties)
        };
        if let Some(value) = payload::number_at(bytes, hint, field) {
            points.push(chart::Point {
                at: id.received(),
                value,
            });
        }
    };
    history.scan(topic, None, None, take).await?;
    Ok(points)
}

fn wire_series(pinned: &Pinned) -> Series {
    Series {
        id: pinned.id,
        topic: pinned.topic.clone(),
        path: pinned.path_text.clone(),
        unit: pinned.unit.clone(),
        style: pinned.style,
        hidden: pinned.hidden,
    }
}
