//! Draws a [`Chart`] as PNG or SVG. Both use the same drawing: PNG at twice its size, made smaller for
//! smooth edges; SVG on a finer grid, because plotters only knows whole pixels.

use plotters::prelude::{BitMapBackend, IntoDrawingArea, SVGBackend};

use super::Chart;
use super::compose::draw;
use super::draw::Canvas;
use super::fonts::Fonts;

/// Drawn pixels for a pixel of the PNG, each way.
const SMOOTH: u32 = 2;

/// Steps in a pixel of the SVG.
const FINE: u32 = 8;

/// More pixels than this take too much memory.
const MAX_PIXELS: u64 = 20_000_000;

/// Why a chart cannot be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// No series to draw.
    #[error("no series to draw")]
    Nothing,
    /// The window ends before it begins.
    #[error("the time range is empty")]
    EmptyRange,
    /// Smaller than 320 × 160, or more than 20 million pixels.
    #[error("{width} × {height} pixels is too small or too large")]
    Size {
        /// In pixels, scale included.
        width: u32,
        /// In pixels, scale included.
        height: u32,
    },
    /// A font that comes with the program cannot be read.
    #[error("a font cannot be read")]
    Font,
    /// The drawing failed.
    #[error("the chart cannot be drawn")]
    Drawing,
    /// The image cannot be encoded.
    #[error("the image cannot be encoded")]
    Encoding,
}

/// The chart as a PNG file with `scale` pixels for each of the chart, 1 to 4.
pub fn png(chart: &Chart, scale: u32) -> Result<Vec<u8>, ExportError> {
    let scale = scale.clamp(1, 4);
    check(chart, scale)?;
    let (width, height) = (chart.width * scale, chart.height * scale);
    let (wide, high) = (width * SMOOTH, height * SMOOTH);
    let mut pixels = vec![0u8; wide as usize * high as usize * 3];
    let fonts = Fonts::load(true)?;
    let area = BitMapBackend::with_buffer(&mut pixels, (wide, high)).into_drawing_area();
    draw(
        chart,
        Canvas {
            area,
            scale: f64::from(scale * SMOOTH),
            segments: true,
            text_drop: 0.14,
            fonts: &fonts,
        },
    )?;
    encode(&shrink(&pixels, wide as usize), width, height).map_err(|_| ExportError::Encoding)
}

/// The chart as an SVG file; fonts are named, not included.
pub fn svg(chart: &Chart) -> Result<String, ExportError> {
    check(chart, 1)?;
    let size = (chart.width * FINE, chart.height * FINE);
    let fonts = Fonts::load(false)?;
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
    draw(
        chart,
        Canvas {
            area,
            scale: f64::from(FINE),
            segments: false,
            text_drop: 0.0,
            fonts: &fonts,
        },
    )?;
    // The fine grid stays as view box; the size is the one asked for.
    let fine = format!("<svg width=\"{}\" height=\"{}\"", size.0, size.1);
    let asked = format!("<svg width=\"{}\" height=\"{}\"", chart.width, chart.height);
    Ok(text.replacen(&fine, &asked, 1))
}

fn check(chart: &Chart, scale: u32) -> Result<(), ExportError> {
    let pixels = u64::from(chart.width) * u64::from(chart.height) * u64::from(scale * scale);
    if chart.width < 320 || chart.height < 160 || pixels > MAX_PIXELS {
        let (width, height) = (
            chart.width.saturating_mul(scale),
            chart.height.saturating_mul(scale),
        );
        return Err(ExportError::Size { width, height });
    }
    if chart.series.is_empty() {
        return Err(ExportError::Nothing);
    }
    if chart.to <= chart.from {
        return Err(ExportError::EmptyRange);
    }
    Ok(())
}

/// The mean of each square of pixels.
fn shrink(pixels: &[u8], wide: usize) -> Vec<u8> {
    let side = SMOOTH as usize;
    let mut small = Vec::with_capacity(pixels.len() / side / side);
    for rows in pixels.chunks_exact(wide * 3 * side) {
        for x in 0..wide / side {
            for color in 0..3 {
                let spots =
                    (0..side).flat_map(|dy| (0..side).map(move |dx| (dy * wide + x * side + dx) * 3 + color));
                let sum: usize = spots.map(|at| usize::from(rows[at])).sum();
                small.push(((sum + side * side / 2) / (side * side)) as u8);
            }
        }
    }
    small
}

fn encode(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::{ChartSeries, Layout, Point, Theme, Words};
    use crate::message::Timestamp;

    fn words() -> Words {
        let word = |text: &str| text.to_string();
        Words {
            offline: word("offline"),
            min: word("min"),
            mean: word("mean"),
            max: word("max"),
        }
    }

    fn series(color: usize, label: &str, path: &str, unit: &str, value: impl Fn(f64) -> f64) -> ChartSeries {
        let start = 1_773_293_020_000_000i64;
        let point = |n: i64| Point {
            at: Timestamp(start + n * 500_000),
            value: value(n as f64),
        };
        let gap = (Timestamp(start + 90_000_000), Timestamp(start + 104_000_000));
        let points = (-4..604)
            .map(point)
            .filter(|point| point.at < gap.0 || point.at > gap.1)
            .collect();
        let unit = (!unit.is_empty()).then(|| unit.to_string());
        ChartSeries {
            label: label.into(),
            path: path.into(),
            unit,
            color,
            points,
            gaps: vec![gap],
        }
    }

    fn sample(layout: Layout, theme: Theme) -> Chart {
        let wave = |n: f64| {
            608.0
                + 9.0 * (n / 70.0).sin()
                + if (n as i64).rem_euclid(97) < 6 {
                    -20.0
                } else {
                    (n * 1.7).sin()
                }
        };
        let start = 1_773_293_020_000_000;
        Chart {
            title: "Press 4".into(),
            series: vec![
                series(0, "factory/line-2/press-04/telemetry", "$.force_kn", "kN", wave),
                series(1, "factory/line-2/press-04/oil_temp", "value", "°C", |n| {
                    57.0 + 5.0 * (n / 600.0).sqrt().max(0.0)
                }),
                series(2, "spBv1.0/Plant7/DDATA/edge-02", "Motor/Current", "A", |n| {
                    if (n as i64).rem_euclid(120) < 60 {
                        13.3 + (n * 0.9).sin() * 0.3
                    } else {
                        2.8
                    }
                }),
                series(3, "공장/2라인/온도", "$.supply.temp_c", "", |n| {
                    18.0 + (n / 90.0).cos()
                }),
            ],
            from: Timestamp(start),
            to: Timestamp(start + 300_000_000),
            layout,
            theme,
            width: 1280,
            height: 720,
            offset_minutes: 540,
            words: words(),
        }
    }

    /// The pixels of a PNG as colours.
    fn pixels(file: &[u8]) -> (u32, u32, Vec<[u8; 3]>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut buffer).unwrap();
        (
            info.width,
            info.height,
            buffer
                .chunks_exact(3)
                .map(|rgb| [rgb[0], rgb[1], rgb[2]])
                .collect(),
        )
    }

    #[test]
    fn png_has_every_series_in_its_colour() {
        for layout in [Layout::Stacked, Layout::Overlay] {
            for theme in [Theme::Dark, Theme::Light] {
                let file = png(&sample(layout, theme), 1).unwrap();
                if let Some(folder) = std::env::var_os("TREETOP_CHART_SAMPLES") {
                    let name = format!("{layout:?}-{theme:?}.png");
                    std::fs::write(
                        std::path::Path::new(&folder).join(name),
                        png(&sample(layout, theme), 2).unwrap(),
                    )
                    .unwrap();
                }
                let (width, height, pixels) = pixels(&file);
                assert_eq!((width, height), (1280, 720));
                for color in &theme.colors().series[..4] {
                    let same = pixels
                        .iter()
                        .filter(|pixel| **pixel == [color.0, color.1, color.2])
                        .count();
                    assert!(same > 50, "{layout:?} {theme:?} {color:?}: {same}");
                }
            }
        }
    }

    #[test]
    fn gaps_are_not_bridged() {
        let mut chart = sample(Layout::Stacked, Theme::Dark);
        chart.series.truncate(1);
        let (width, _, pixels) = pixels(&png(&chart, 1).unwrap());
        let color = chart.theme.colors().series[0];
        // The plot spans 16 to 1216 for 300 s; the gap is from 90 s to 104 s, looked at with a margin.
        let column = |second: u32| 16 + second * 1200 / 300;
        let inside = (column(92)..column(102))
            .any(|x| (80..690).any(|y| pixels[(y * width + x) as usize] == [color.0, color.1, color.2]));
        let before = (column(80)..column(90))
            .any(|x| (80..690).any(|y| pixels[(y * width + x) as usize] == [color.0, color.1, color.2]));
        assert!(before && !inside);
    }

    #[test]
    fn svg_keeps_names_as_text_and_escapes_them() {
        let mut chart = sample(Layout::Overlay, Theme::Light);
        chart.series[0].label = "a<script>&\"b".into();
        let text = svg(&chart).unwrap();
        if let Some(folder) = std::env::var_os("TREETOP_CHART_SAMPLES") {
            std::fs::write(std::path::Path::new(&folder).join("overlay.svg"), &text).unwrap();
        }
        assert!(text.starts_with("<svg width=\"1280\" height=\"720\" viewBox=\"0 0 10240 5760\""));
        assert!(text.contains("공장/2라인/온도") && text.contains("#0B8296"));
        assert!(!text.contains("<script>") && text.contains("&lt;script&gt;"));
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        let chart = sample(Layout::Stacked, Theme::Dark);
        let refused = |change: &dyn Fn(&mut Chart)| {
            let mut chart = chart.clone();
            change(&mut chart);
            png(&chart, 4).unwrap_err()
        };
        assert_eq!(refused(&|chart| chart.series.clear()), ExportError::Nothing);
        assert_eq!(refused(&|chart| chart.to = chart.from), ExportError::EmptyRange);
        assert!(matches!(
            refused(&|chart| chart.width = 100),
            ExportError::Size { .. }
        ));
        assert!(matches!(
            refused(&|chart| chart.width = 100_000),
            ExportError::Size { .. }
        ));
    }

    #[test]
    fn odd_series_are_drawn_too() {
        let point = |at, value| Point {
            at: Timestamp(at),
            value,
        };
        let odd = [
            vec![],
            vec![point(5, 1.0)],
            vec![point(5, f64::NAN), point(6, f64::INFINITY)],
            vec![point(1, f64::MAX), point(2, f64::MIN), point(3, 0.0)],
            vec![point(i64::MIN, 1.0), point(i64::MAX, 2.0)],
            vec![point(1, 5.0), point(2, 5.0)],
        ];
        for layout in [Layout::Stacked, Layout::Overlay] {
            let mut chart = sample(layout, Theme::Dark);
            (chart.width, chart.height, chart.from, chart.to) = (320, 160, Timestamp(0), Timestamp(10));
            chart.series = odd
                .iter()
                .map(|points| ChartSeries {
                    label: "x".repeat(1_000),
                    path: "y".repeat(1_000),
                    unit: Some("z".repeat(100)),
                    color: 9,
                    points: points.clone(),
                    gaps: vec![
                        (Timestamp(i64::MIN), Timestamp(0)),
                        (Timestamp(3), Timestamp(2)),
                        (Timestamp(9), Timestamp(i64::MAX)),
                    ],
                })
                .collect();
            assert!(png(&chart, 1).is_ok());
            assert!(svg(&chart).is_ok());
        }
    }
}
