//! Numbers over time: what is kept of them, what of them is drawn, and charts as files.
//!
//! The window draws its own charts from a [`Window`]; only exported images are drawn here, with
//! plotters, which nothing outside this module knows. Nothing here reads payloads or the history, and
//! nothing asks for the time.

mod compose;
mod csv;
mod downsample;
mod draw;
mod export;
mod fonts;
mod gaps;
mod panel;
mod scale;
mod series;
mod theme;
pub(crate) mod time;

pub use csv::{CsvSeries, csv};
pub use downsample::m4;
pub use export::{ExportError, png, svg};
pub use gaps::Gaps;
pub use series::{DEFAULT_LIMIT, Point, Series, Window};
pub use theme::Theme;
pub(crate) use time::iso;

use crate::message::Timestamp;

/// A chart to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Above everything; may be empty.
    pub title: String,
    /// From one series up. Six colours and shapes repeat.
    pub series: Vec<ChartSeries>,
    /// The left edge.
    pub from: Timestamp,
    /// The right edge, later than `from`.
    pub to: Timestamp,
    /// One plot for each series, or one for all.
    pub layout: Layout,
    /// Colours.
    pub theme: Theme,
    /// Width in pixels at scale 1, from 320.
    pub width: u32,
    /// Height in pixels at scale 1, from 160.
    pub height: u32,
    /// Local time is so many minutes ahead of UTC.
    pub offset_minutes: i32,
    /// The words in the image, in the language of the person.
    pub words: Words,
}

/// One line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartSeries {
    /// Usually the topic.
    pub label: String,
    /// The path in the payload, shown quieter; may be empty.
    pub path: String,
    /// The unit; series of the same unit share a scale when they share a plot.
    pub unit: Option<String>,
    /// 0 to 5, as `s1` to `s6` of the tokens; larger ones start again.
    pub color: usize,
    /// In order of time. Points just outside the window lead the line to its edges.
    pub points: Vec<Point>,
    /// Stretches without connection: hatched, never bridged.
    pub gaps: Vec<(Timestamp, Timestamp)>,
}

/// How series share the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// A plot for each, one above the other.
    Stacked,
    /// One plot for all, with a scale for each unit.
    Overlay,
}

/// Words that an image contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// In hatched stretches.
    pub offline: String,
    /// Before the smallest value.
    pub min: String,
    /// Before the mean.
    pub mean: String,
    /// Before the largest value.
    pub max: String,
}
