//! Series of numbers over time: kept, thinned to pixels, written to files.
//!
//! It knows no topic, payload or connection. On screen the window draws; here only exports are drawn,
//! from points thinned in the same way.

mod csv;
mod downsample;
mod export;
mod series;

pub use csv::{CsvSeries, csv};
pub use downsample::m4;
pub use export::{Chart, ChartSeries, ExportError, Layout, Theme, png, svg};
pub use series::{Point, Series, Window};
