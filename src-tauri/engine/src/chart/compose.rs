//! Puts a chart together: title, plots, scales, names and figures. It does not know files.

use plotters::prelude::DrawingBackend;

use super::draw::{Align, Canvas, Dash};
use super::export::ExportError;
use super::fonts::Face;
use super::panel::Panel;
use super::scale::{Scale, figure};
use super::{Chart, ChartSeries, Layout, time};

const DASHES: [Dash; 6] = [
    Dash::Solid,
    Dash::Broken(6.0, 3.0),
    Dash::Broken(1.6, 3.0),
    Dash::Broken(10.0, 3.0),
    Dash::Broken(4.0, 4.0),
    Dash::Broken(2.0, 6.0),
];

/// Draws a chart that was checked.
pub(super) fn draw<B: DrawingBackend>(chart: &Chart, canvas: Canvas<'_, B>) -> Result<(), ExportError> {
    let colors = chart.theme.colors();
    let (width, height) = (f64::from(chart.width), f64::from(chart.height));
    canvas.fill((0.0, 0.0), (width, height), colors.background)?;
    let range = format!(
        "{} – {} {}",
        time::full(chart.from, chart.offset_minutes),
        time::full(chart.to, chart.offset_minutes),
        time::zone(chart.offset_minutes)
    );
    let used = canvas.fonts.width(Face::Ui, &range, 11.0);
    canvas.text(
        (width - 16.0, 22.0),
        &range,
        Face::Ui,
        11.0,
        colors.quiet,
        Align::Right,
    )?;
    let title = canvas.fitting(&chart.title, Face::Ui, 15.0, width - used - 64.0);
    canvas.text((16.0, 22.0), &title, Face::Ui, 15.0, colors.text, Align::Left)?;
    match chart.layout {
        Layout::Stacked => stacked(chart, &canvas)?,
        Layout::Overlay => overlay(chart, &canvas)?,
    }
    canvas.area.present().map_err(|_| ExportError::Drawing)
}

const TOP: f64 = 44.0;
const HEADER: f64 = 26.0;
const AXIS: f64 = 28.0;
const VALUES: f64 = 64.0;

fn stacked<B: DrawingBackend>(chart: &Chart, canvas: &Canvas<'_, B>) -> Result<(), ExportError> {
    let (width, height) = (f64::from(chart.width), f64::from(chart.height));
    let each = (height - TOP - AXIS) / chart.series.len() as f64;
    let colors = chart.theme.colors();
    for (index, series) in chart.series.iter().enumerate() {
        let top = TOP + each * index as f64;
        let panel = Panel {
            left: 16.0,
            top: top + HEADER,
            right: width - VALUES,
            bottom: (top + each - 14.0).max(top + HEADER + 1.0),
            chart,
        };
        if index > 0 {
            canvas.line(
                &[(0.0, top - 4.0), (width, top - 4.0)],
                1.0,
                colors.line,
                Dash::Solid,
            )?;
        }
        header(chart, canvas, series, top + 10.0, 16.0, width - 16.0)?;
        let intervals = ((panel.bottom - panel.top) / 36.0).clamp(1.0, 6.0) as u32;
        let scale = scale_of(chart, [series].into_iter(), intervals);
        panel.grid(canvas, &scale)?;
        for (value, label) in scale.ticks() {
            let spot = (panel.right + 8.0, panel.y(&scale, value));
            canvas.text(spot, &label, Face::Ui, 11.0, colors.quiet, Align::Left)?;
        }
        panel.gaps(canvas, &series.gaps)?;
        panel.series(canvas, series, &scale, Dash::Solid)?;
        if index + 1 == chart.series.len() {
            panel.time_labels(canvas, height - AXIS / 2.0)?;
        }
    }
    Ok(())
}

fn overlay<B: DrawingBackend>(chart: &Chart, canvas: &Canvas<'_, B>) -> Result<(), ExportError> {
    let (width, height) = (f64::from(chart.width), f64::from(chart.height));
    let legend = TOP + HEADER * chart.series.len() as f64;
    // Series of one unit share a scale; the first scale is on the left, the others on the right.
    let mut groups: Vec<Vec<&ChartSeries>> = Vec::new();
    for series in &chart.series {
        let same = |group: &&mut Vec<&ChartSeries>| series.unit.is_some() && group[0].unit == series.unit;
        match groups.iter_mut().find(same) {
            Some(group) => group.push(series),
            None => groups.push(vec![series]),
        }
    }
    let right = (width - VALUES * (groups.len() - 1) as f64 - 16.0).max(VALUES + 80.0);
    let top = (legend + 24.0).min(height - AXIS - 40.0);
    let panel = Panel {
        left: VALUES,
        top,
        right,
        bottom: height - AXIS - 6.0,
        chart,
    };
    let intervals = ((panel.bottom - panel.top) / 60.0).clamp(1.0, 6.0) as u32;
    for (index, series) in chart.series.iter().enumerate() {
        header(
            chart,
            canvas,
            series,
            TOP + HEADER * index as f64 + 6.0,
            16.0,
            width - 16.0,
        )?;
    }
    let mut gaps: Vec<_> = chart
        .series
        .iter()
        .flat_map(|series| &series.gaps)
        .copied()
        .collect();
    gaps.sort_unstable();
    gaps.dedup();
    for (index, group) in groups.iter().enumerate() {
        let scale = scale_of(chart, group.iter().copied(), intervals);
        let color = if group.len() == 1 {
            panel.color(group[0])
        } else {
            chart.theme.colors().quiet
        };
        if index == 0 {
            panel.grid(canvas, &scale)?;
            panel.gaps(canvas, &gaps)?;
            panel.time_labels(canvas, height - AXIS / 2.0)?;
        }
        let (x, align) = match index {
            0 => (panel.left - 8.0, Align::Right),
            _ => (panel.right + 8.0 + VALUES * (index - 1) as f64, Align::Left),
        };
        for (value, label) in scale.ticks() {
            canvas.text((x, panel.y(&scale, value)), &label, Face::Ui, 11.0, color, align)?;
        }
        if let Some(unit) = &group[0].unit {
            let unit = canvas.fitting(unit, Face::Ui, 11.0, VALUES - 12.0);
            canvas.text((x, panel.top - 16.0), &unit, Face::Ui, 11.0, color, align)?;
        }
        for series in group {
            panel.series(canvas, series, &scale, DASHES[series.color % 6])?;
        }
    }
    Ok(())
}

/// Shape, name, path, and the figures of the window at the right.
fn header<B: DrawingBackend>(
    chart: &Chart,
    canvas: &Canvas<'_, B>,
    series: &ChartSeries,
    y: f64,
    left: f64,
    right: f64,
) -> Result<(), ExportError> {
    let colors = chart.theme.colors();
    canvas.marker(series.color, (left + 5.0, y), colors.series[series.color % 6])?;
    let mut edge = right;
    let values: Vec<f64> = inside(chart, series).collect();
    if let (Some(last), Some(min), Some(max)) = (
        values.last(),
        values.iter().copied().reduce(f64::min),
        values.iter().copied().reduce(f64::max),
    ) {
        let mut put = |text: &str, size: f64, color, gap: f64| {
            let spot = (edge, y);
            edge -= canvas.fonts.width(Face::Ui, text, size) + gap;
            canvas.text(spot, text, Face::Ui, size, color, Align::Right)
        };
        if let Some(unit) = &series.unit {
            put(
                &canvas.fitting(unit, Face::Ui, 11.0, 80.0),
                11.0,
                colors.quiet,
                4.0,
            )?;
        }
        put(&figure(*last), 13.0, colors.text, 16.0)?;
        let mean = values
            .iter()
            .map(|value| value / values.len() as f64)
            .sum::<f64>();
        let words = &chart.words;
        let text = format!(
            "{} {}   {} {}   {} {}",
            words.min,
            figure(min),
            words.mean,
            figure(mean),
            words.max,
            figure(max)
        );
        if f64::from(chart.width) >= 560.0 {
            put(&text, 11.0, colors.quiet, 16.0)?;
        }
    }
    let start = left + 17.0;
    let path_room = (edge - start) * 0.4;
    let path = canvas.fitting(&series.path, Face::Mono, 12.0, path_room);
    let path_width = canvas.fonts.width(Face::Mono, &path, 12.0);
    let label = canvas.fitting(&series.label, Face::Mono, 12.0, edge - start - path_width - 8.0);
    canvas.text((start, y), &label, Face::Mono, 12.0, colors.text, Align::Left)?;
    let after = start + canvas.fonts.width(Face::Mono, &label, 12.0) + 8.0;
    canvas.text((after, y), &path, Face::Mono, 12.0, colors.quiet, Align::Left)
}

fn inside<'a>(chart: &Chart, series: &'a ChartSeries) -> impl Iterator<Item = f64> + use<'a> {
    let (from, to) = (chart.from, chart.to);
    let points = series
        .points
        .iter()
        .filter(move |point| (from..=to).contains(&point.at));
    points.map(|point| point.value).filter(|value| value.is_finite())
}

/// The axis that holds every value of some series, those beside the window included, because lines
/// lead to them.
fn scale_of<'a>(
    chart: &Chart,
    group: impl Iterator<Item = &'a ChartSeries> + Clone,
    intervals: u32,
) -> Scale {
    let seen = group.clone().flat_map(|series| inside(chart, series));
    let near = group.flat_map(|series| {
        let points = || series.points.iter().filter(|point| point.value.is_finite());
        let before = points().take_while(|point| point.at < chart.from).last();
        let after = points().find(|point| point.at > chart.to);
        before.into_iter().chain(after).map(|point| point.value)
    });
    let (min, max) = seen
        .chain(near)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| {
            (min.min(value), max.max(value))
        });
    if min <= max {
        Scale::around(min, max, intervals)
    } else {
        Scale::around(0.0, 1.0, intervals)
    }
}
