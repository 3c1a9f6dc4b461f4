//! Draws a chart into a PNG or SVG file, in the colours of the window.
//!
//! The points come thinned; time without a connection is shaded and never joined by a line. The font
//! inside the program has no Korean: in a PNG such letters are boxes, an SVG is drawn with the fonts of
//! whoever opens it.

use std::ops::Range;
use std::sync::Once;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use super::Point;
use crate::message::Timestamp;

const FONT: &str = "sans-serif";
const FONT_BYTES: &[u8] = include_bytes!("../../assets/JetBrainsMono-Regular.ttf");
/// Room for the numbers of an axis, in pixels.
const VALUES: u32 = 72;
const TIMES: u32 = 28;

/// Lanes below each other, or all in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One lane for each series.
    Stacked,
    /// One lane for all.
    Overlay,
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light lines on dark.
    Dark,
    /// Dark lines on light.
    Light,
}

/// One line of a chart.
#[derive(Clone, Debug)]
pub struct ChartSeries {
    /// Its name.
    pub label: String,
    /// What its numbers count.
    pub unit: Option<String>,
    /// Which of the six colours, from 0.
    pub color: u8,
    /// Points in order of time.
    pub points: Vec<Point>,
}

/// A chart to be drawn.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The lines.
    pub series: Vec<ChartSeries>,
    /// Times without a connection.
    pub gaps: Vec<(Timestamp, Timestamp)>,
    /// The left edge.
    pub from: Timestamp,
    /// The right edge.
    pub to: Timestamp,
    /// Lanes or one.
    pub layout: Layout,
    /// Colours.
    pub theme: Theme,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Minutes east of UTC, for the times below.
    pub utc_offset_minutes: i32,
}

/// Why a chart can't be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The drawing failed.
    #[error("{0}")]
    Drawing(String),
    /// The picture can't be packed.
    #[error("{0}")]
    Packing(String),
}

struct Palette {
    back: RGBColor,
    grid: RGBColor,
    text: RGBColor,
    gap: RGBColor,
    series: [RGBColor; 6],
}

/// The values of `tokens.css`.
fn palette(theme: Theme) -> Palette {
    let rgb = |hex: u32| RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8);
    match theme {
        Theme::Dark => Palette {
            back: rgb(0x13171a),
            grid: rgb(0x23292d),
            text: rgb(0xa9b4b9),
            gap: rgb(0x1f2528),
            series: [0x4cc0d0, 0xeba249, 0xb59cf2, 0x86c86a, 0xf0859f, 0x7fa9f7].map(rgb),
        },
        Theme::Light => Palette {
            back: rgb(0xffffff),
            grid: rgb(0xe0e4e6),
            text: rgb(0x48535a),
            gap: rgb(0xebeff0),
            series: [0x0b8296, 0xa86000, 0x7a59cc, 0x44801f, 0xc83f64, 0x2f6bd8].map(rgb),
        },
    }
}

/// A PNG file.
pub fn png(chart: &Chart) -> Result<Vec<u8>, ExportError> {
    let mut pixels = vec![0; chart.width as usize * chart.height as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, (chart.width, chart.height)).into_drawing_area();
        draw(chart, &area)?;
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, chart.width, chart.height);
    encoder.set_color(png::ColorType::Rgb);
    let packed = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&pixels));
    packed.map_err(|error| ExportError::Packing(error.to_string()))?;
    Ok(file)
}

/// An SVG file.
pub fn svg(chart: &Chart) -> Result<String, ExportError> {
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, (chart.width, chart.height)).into_drawing_area();
        draw(chart, &area)?;
    }
    Ok(text)
}

fn drawing<E: std::fmt::Display>(error: E) -> ExportError {
    ExportError::Drawing(error.to_string())
}

fn draw<B: DrawingBackend>(chart: &Chart, area: &DrawingArea<B, Shift>) -> Result<(), ExportError> {
    static FONTS: Once = Once::new();
    FONTS.call_once(|| {
        // The only way to fail is a font that can't be read; the drawing then says so.
        if register_font(FONT, FontStyle::Normal, FONT_BYTES).is_err() {
            log::error!("the font of exported charts can't be read");
        }
    });
    let colors = palette(chart.theme);
    area.fill(&colors.back).map_err(drawing)?;
    let lanes: Vec<Vec<&ChartSeries>> = match chart.layout {
        Layout::Stacked => chart.series.iter().map(|series| vec![series]).collect(),
        Layout::Overlay => vec![chart.series.iter().collect()],
    };
    let count = lanes.len().max(1);
    let areas = area.margin(8, 8, 8, 8).split_evenly((count, 1));
    for (at, (lane, area)) in lanes.iter().zip(&areas).enumerate() {
        draw_lane(chart, lane, area, &colors, at + 1 == count)?;
    }
    area.present().map_err(drawing)
}

/// The span of all values with a little air, and never empty.
fn span(lane: &[&ChartSeries]) -> Range<f64> {
    let values = || {
        lane.iter()
            .flat_map(|series| series.points.iter().map(|point| point.value))
    };
    let (Some(low), Some(high)) = (values().reduce(f64::min), values().reduce(f64::max)) else {
        return 0.0..1.0;
    };
    let air = if high > low {
        (high - low) * 0.08
    } else {
        high.abs().max(1.0) * 0.1
    };
    low - air..high + air
}

fn draw_lane<B: DrawingBackend>(
    chart: &Chart,
    lane: &[&ChartSeries],
    area: &DrawingArea<B, Shift>,
    colors: &Palette,
    with_times: bool,
) -> Result<(), ExportError> {
    let font = |size: i32| (FONT, size).into_font();
    let names: Vec<(String, RGBColor)> = lane
        .iter()
        .map(|series| {
            let unit = series
                .unit
                .as_deref()
                .map(|unit| format!(" ({unit})"))
                .unwrap_or_default();
            (
                format!("{}{unit}", series.label),
                colors.series[usize::from(series.color) % 6],
            )
        })
        .collect();
    let head = 18 * names.len() as u32 + 6;
    let (above, below) = area.split_vertically(head);
    for (at, (name, color)) in names.iter().enumerate() {
        let y = 18 * at as i32 + 4;
        above
            .draw(&Circle::new((VALUES as i32 + 6, y + 7), 4, color.filled()))
            .map_err(drawing)?;
        above
            .draw_text(name, &font(13).color(&colors.text), (VALUES as i32 + 16, y))
            .map_err(drawing)?;
    }
    let values = span(lane);
    let seconds = |at: Timestamp| at.0 as f64 / 1e6;
    let (from, to) = (
        seconds(chart.from),
        seconds(chart.to).max(seconds(chart.from) + 1e-3),
    );
    let mut context = ChartBuilder::on(&below)
        .y_label_area_size(VALUES)
        .x_label_area_size(if with_times { TIMES } else { 0 })
        .build_cartesian_2d(from..to, values.clone())
        .map_err(drawing)?;
    for (begin, end) in &chart.gaps {
        let corners = [
            (seconds(*begin).max(from), values.start),
            (seconds(*end).min(to), values.end),
        ];
        context
            .draw_series([Rectangle::new(corners, colors.gap.filled())])
            .map_err(drawing)?;
    }
    let time = |at: &f64| clock(*at, to - from, chart.utc_offset_minutes);
    context
        .configure_mesh()
        .bold_line_style(colors.grid)
        .light_line_style(colors.back)
        .axis_style(colors.grid)
        .label_style(font(12).color(&colors.text))
        .x_labels(8)
        .y_labels(5)
        .x_label_formatter(&time)
        .y_label_formatter(&|value| number(*value, values.end - values.start))
        .draw()
        .map_err(drawing)?;
    for series in lane {
        let color = colors.series[usize::from(series.color) % 6];
        for piece in pieces(&series.points, &chart.gaps) {
            let line = piece.iter().map(|point| (seconds(point.at), point.value));
            if let [only] = piece {
                let dot = Circle::new((seconds(only.at), only.value), 2, color.filled());
                context.draw_series([dot]).map_err(drawing)?;
            } else {
                context
                    .draw_series(LineSeries::new(line, color.stroke_width(2)))
                    .map_err(drawing)?;
            }
        }
    }
    Ok(())
}

/// The points between the gaps.
fn pieces<'a>(points: &'a [Point], gaps: &[(Timestamp, Timestamp)]) -> Vec<&'a [Point]> {
    let mut rest = points;
    let mut pieces = Vec::new();
    for (begin, _) in gaps {
        let end = rest.partition_point(|point| point.at <= *begin);
        let (piece, after) = rest.split_at(end);
        if !piece.is_empty() {
            pieces.push(piece);
        }
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// A time of day, with seconds or days as far as the span of the chart needs them.
fn clock(seconds: f64, span: f64, utc_offset_minutes: i32) -> String {
    let local = seconds + f64::from(utc_offset_minutes) * 60.0;
    let of_day = local.rem_euclid(86_400.0);
    let (hour, minute, second) = (
        (of_day / 3_600.0) as u32,
        (of_day / 60.0) as u32 % 60,
        of_day % 60.0,
    );
    match span {
        span if span < 10.0 => format!("{hour:02}:{minute:02}:{second:06.3}"),
        span if span < 1_800.0 => format!("{hour:02}:{minute:02}:{:02}", second as u32),
        _ => format!("{hour:02}:{minute:02}"),
    }
}

/// A value with as many digits as tell neighbours on the axis apart.
fn number(value: f64, span: f64) -> String {
    let digits = (2.0 - span.abs().max(1e-12).log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn chart(layout: Layout) -> Chart {
        let point = |n: i64, scale: f64| Point {
            at: Timestamp(n * 1_000_000),
            value: (n as f64 / 20.0).sin() * scale,
        };
        let series = |label: &str, color: u8, scale: f64| ChartSeries {
            label: label.into(),
            unit: Some("kN".into()),
            color,
            points: (0..600).map(|n| point(n, scale)).collect(),
        };
        Chart {
            series: vec![
                series("factory/line-2/press $.force", 0, 20.0),
                series("창원/온도", 1, 5.0),
            ],
            gaps: vec![(Timestamp(200_000_000), Timestamp(240_000_000))],
            from: Timestamp(0),
            to: Timestamp(600_000_000),
            layout,
            theme: Theme::Dark,
            width: 900,
            height: 420,
            utc_offset_minutes: 540,
        }
    }

    #[test]
    fn both_files_are_drawn_in_both_layouts() {
        for layout in [Layout::Stacked, Layout::Overlay] {
            let picture = png(&chart(layout)).unwrap();
            assert!(picture.starts_with(b"\x89PNG"));
            let text = svg(&chart(layout)).unwrap();
            assert!(
                text.contains("창원/온도") && text.contains("09:0"),
                "names and local times are there"
            );
            if let Some(folder) = std::env::var_os("TREETOP_KEEP_CHARTS") {
                std::fs::write(
                    std::path::Path::new(&folder).join(format!("{layout:?}.png")),
                    picture,
                )
                .unwrap();
            }
        }
    }

    #[test]
    fn empty_charts_and_single_points_are_no_error() {
        let mut empty = chart(Layout::Stacked);
        empty.series.clear();
        assert!(png(&empty).is_ok());
        let mut one = chart(Layout::Overlay);
        one.series[0].points.truncate(1);
        one.series[1].points.clear();
        one.to = one.from;
        assert!(png(&one).is_ok() && svg(&one).is_ok());
    }

    #[test]
    fn lines_end_at_gaps() {
        let points: Vec<Point> = (0..10)
            .map(|n| Point {
                at: Timestamp(n),
                value: 0.0,
            })
            .collect();
        let lengths = |gaps: &[(Timestamp, Timestamp)]| {
            pieces(&points, gaps).iter().map(|p| p.len()).collect::<Vec<_>>()
        };
        assert_eq!(lengths(&[]), [10]);
        assert_eq!(lengths(&[(Timestamp(3), Timestamp(4))]), [4, 6]);
        assert_eq!(
            lengths(&[(Timestamp(-5), Timestamp(-1)), (Timestamp(20), Timestamp(30))]),
            [10]
        );
    }
}
