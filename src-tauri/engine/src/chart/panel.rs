//! A plot: time grid, hatched stretches without connection, lines. Its labels are up to the caller.

use plotters::prelude::{DrawingBackend, RGBColor};

use super::draw::{Align, Canvas, Dash, Spot};
use super::export::ExportError;
use super::fonts::Face;
use super::scale::Scale;
use super::theme::Colors;
use super::{Chart, ChartSeries, Point, m4, time};
use crate::message::Timestamp;

/// Width left between two labels of the time axis.
const TIME_LABEL: f64 = 110.0;

/// The rectangle of a plot and the time it spans.
pub(super) struct Panel<'c> {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    pub chart: &'c Chart,
}

impl Panel<'_> {
    fn colors(&self) -> &'static Colors {
        self.chart.theme.colors()
    }

    fn x(&self, at: Timestamp) -> f64 {
        let (from, to) = (self.chart.from.0 as f64, self.chart.to.0 as f64);
        self.left + (at.0 as f64 - from) / (to - from) * (self.right - self.left)
    }

    pub fn y(&self, scale: &Scale, value: f64) -> f64 {
        self.bottom - scale.place(value) * (self.bottom - self.top)
    }

    fn time_ticks(&self) -> Vec<(Timestamp, String)> {
        let count = ((self.right - self.left) / TIME_LABEL).max(1.0) as i64;
        time::ticks(self.chart.from, self.chart.to, count, self.chart.offset_minutes)
    }

    pub fn grid<B: DrawingBackend>(&self, canvas: &Canvas<'_, B>, scale: &Scale) -> Result<(), ExportError> {
        let color = self.colors().line;
        for (at, _) in self.time_ticks() {
            let x = self.x(at);
            canvas.line(&[(x, self.top), (x, self.bottom)], 1.0, color, Dash::Solid)?;
        }
        for (value, _) in scale.ticks() {
            let y = self.y(scale, value);
            canvas.line(&[(self.left, y), (self.right, y)], 1.0, color, Dash::Solid)?;
        }
        Ok(())
    }

    /// The labels of the time axis, below the plot.
    pub fn time_labels<B: DrawingBackend>(&self, canvas: &Canvas<'_, B>, y: f64) -> Result<(), ExportError> {
        for (at, label) in self.time_ticks() {
            let half = canvas.fonts.width(Face::Ui, &label, 11.0) / 2.0;
            let x = self
                .x(at)
                .clamp(self.left + half, (self.right - half).max(self.left + half));
            canvas.text((x, y), &label, Face::Ui, 11.0, self.colors().quiet, Align::Center)?;
        }
        Ok(())
    }

    /// Hatches stretches without connection and names those that are wide enough.
    pub fn gaps<B: DrawingBackend>(
        &self,
        canvas: &Canvas<'_, B>,
        gaps: &[(Timestamp, Timestamp)],
    ) -> Result<(), ExportError> {
        let colors = self.colors();
        for (from, to) in gaps {
            let (left, right) = (self.x(*from).max(self.left), self.x(*to).min(self.right));
            if right <= left {
                continue;
            }
            let height = self.bottom - self.top;
            let mut start = left - height;
            while start < right {
                let (x0, x1) = (start.max(left), (start + height).min(right));
                let stroke = [(x0, self.bottom - (x0 - start)), (x1, self.bottom - (x1 - start))];
                canvas.line(&stroke, 1.0, colors.hatch, Dash::Solid)?;
                start += 6.0;
            }
            let word = &self.chart.words.offline;
            let half = canvas.fonts.width(Face::Ui, word, 11.0) / 2.0 + 4.0;
            let middle = (left + right) / 2.0;
            if half * 2.0 < height
                && middle - half >= self.left
                && middle + half <= self.right
                && right - left > 16.0
            {
                let y = self.bottom - 14.0;
                canvas.fill(
                    (middle - half, y - 9.0),
                    (middle + half, y + 9.0),
                    colors.background,
                )?;
                canvas.text((middle, y), word, Face::Ui, 11.0, colors.quiet, Align::Center)?;
            }
        }
        Ok(())
    }

    /// The line of a series, broken at its gaps; a point alone is a dot.
    pub fn series<B: DrawingBackend>(
        &self,
        canvas: &Canvas<'_, B>,
        series: &ChartSeries,
        scale: &Scale,
        dash: Dash,
    ) -> Result<(), ExportError> {
        let color = self.color(series);
        for run in self.runs(series) {
            let spots: Vec<Spot> = run
                .iter()
                .map(|point| (self.x(point.at), self.y(scale, point.value)))
                .collect();
            match clip(&spots, self.left, self.right).as_slice() {
                [] => {}
                [spot] => canvas.fill((spot.0 - 1.5, spot.1 - 1.5), (spot.0 + 1.5, spot.1 + 1.5), color)?,
                spots => canvas.line(spots, 1.6, color, dash)?,
            }
        }
        Ok(())
    }

    pub fn color(&self, series: &ChartSeries) -> RGBColor {
        self.colors().series[series.color % 6]
    }

    /// The points to draw, a run for each stretch with a connection.
    fn runs(&self, series: &ChartSeries) -> Vec<Vec<Point>> {
        let (from, to) = (self.chart.from, self.chart.to);
        let finite = || {
            series
                .points
                .iter()
                .copied()
                .filter(|point| point.value.is_finite())
        };
        let mut points: Vec<Point> = finite()
            .take_while(|point| point.at < from)
            .last()
            .into_iter()
            .collect();
        points.extend(m4(finite(), from, to, (self.right - self.left).max(1.0) as usize));
        points.extend(finite().find(|point| point.at > to));
        let parted = |a: &Point, b: &Point| series.gaps.iter().any(|gap| gap.0 < b.at && gap.1 > a.at);
        points
            .chunk_by(|a, b| !parted(a, b))
            .map(<[Point]>::to_vec)
            .collect()
    }
}

/// The part of a line between two vertical edges.
fn clip(spots: &[Spot], left: f64, right: f64) -> Vec<Spot> {
    let inside = |spot: &Spot| (left..=right).contains(&spot.0);
    if let [spot] = spots {
        return [*spot].into_iter().filter(inside).collect();
    }
    let mut clipped: Vec<Spot> = Vec::with_capacity(spots.len());
    for pair in spots.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if b.0 < left || a.0 > right {
            continue;
        }
        let at = |x: f64| (x, a.1 + (b.1 - a.1) * ((x - a.0) / (b.0 - a.0)));
        for spot in [
            if a.0 < left { at(left) } else { a },
            if b.0 > right { at(right) } else { b },
        ] {
            if clipped.last() != Some(&spot) {
                clipped.push(spot);
            }
        }
    }
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_the_edges() {
        let line = [(-10.0, 0.0), (10.0, 20.0), (20.0, 20.0), (40.0, 0.0), (50.0, 0.0)];
        assert_eq!(
            clip(&line, 0.0, 30.0),
            [(0.0, 10.0), (10.0, 20.0), (20.0, 20.0), (30.0, 10.0)]
        );
        assert_eq!(clip(&line[..1], 0.0, 30.0), []);
        assert_eq!(clip(&[(5.0, 1.0)], 0.0, 30.0), [(5.0, 1.0)]);
        assert_eq!(
            clip(&[(-5.0, 0.0), (35.0, 40.0)], 0.0, 30.0),
            [(0.0, 5.0), (30.0, 35.0)]
        );
    }
}
