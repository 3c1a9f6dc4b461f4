//! Charted series.

use super::wire;

wire! {
    /// A pinned number.
    #[serde(rename_all = "camelCase")]
    pub struct Series {
        pub id: u32,
        pub topic: String,
        /// `$.vibration.x`, or `$` for a payload that is a number.
        pub path: String,
        pub unit: Option<String>,
        /// 0 to 5: the colour and the marker.
        pub style: u8,
        pub hidden: bool,
    }

    /// Which stretch of time is wanted, for how many columns of pixels.
    #[serde(rename_all = "camelCase")]
    pub struct ChartRequest {
        pub range: ChartRange,
        pub columns: u32,
        pub revision: f64,
    }

    /// A stretch of time.
    #[serde(tag = "kind", rename_all = "camelCase")]
    pub enum ChartRange {
        /// The last so many seconds until now.
        Live { seconds: f64 },
        Fixed { from: f64, to: f64 },
        /// From the first point to now.
        All,
    }

    /// All series over a stretch of time.
    #[serde(rename_all = "camelCase")]
    pub struct ChartFrame {
        pub revision: f64,
        pub from: f64,
        pub to: f64,
        pub series: Vec<SeriesFrame>,
        /// When the connection was down.
        pub gaps: Vec<Gap>,
    }

    /// A stretch without a connection.
    pub struct Gap { pub from: f64, pub to: f64 }

    /// One series, thinned to what pixels can show without hiding a peak.
    #[serde(rename_all = "camelCase")]
    pub struct SeriesFrame {
        pub series: Series,
        pub times: Vec<f64>,
        pub values: Vec<f64>,
        /// Points in the range before thinning.
        pub count: f64,
        pub min: Option<f64>,
        pub mean: Option<f64>,
        pub max: Option<f64>,
        pub last: Option<f64>,
        /// Still being read from the history.
        pub filling: bool,
    }

    /// How a chart is drawn into a file.
    #[serde(rename_all = "camelCase")]
    pub struct ChartExport {
        pub format: ExportFormat,
        pub range: ChartRange,
        pub overlay: bool,
        pub dark: bool,
        pub width: u32,
        pub height: u32,
        /// Minutes east of UTC, for the time axis.
        pub utc_offset_minutes: i32,
        pub words: ChartWords,
    }

    /// The words in a picture, in the language of the window.
    pub struct ChartWords {
        /// In stretches without a connection.
        pub offline: String,
        pub min: String,
        pub mean: String,
        pub max: String,
    }

    /// The kinds of files.
    #[serde(rename_all = "camelCase")]
    #[derive(Copy, Eq)]
    pub enum ExportFormat { Png, Svg, Csv }

    /// Where something was saved; none if the person changed their mind.
    pub struct Saved { pub path: Option<String> }

    /// A number found in a payload.
    pub struct NumberField { pub path: String, pub value: f64, pub unit: Option<String> }
}
