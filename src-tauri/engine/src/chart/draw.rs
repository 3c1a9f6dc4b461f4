//! The few shapes that charts consist of, in pixels of scale 1, on any plotters backend.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::export::ExportError;
use super::fonts::{EM_TO_LINE, Face, Fonts};

/// A place in pixels.
pub(super) type Spot = (f64, f64);

/// Which side of its place a text stands on.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// How a line is drawn, so that series differ without colour.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Dash {
    Solid,
    /// Lengths of strokes and of the gaps between them.
    Broken(f64, f64),
}

/// A surface to draw on.
pub(super) struct Canvas<'a, B: DrawingBackend> {
    pub area: DrawingArea<B, Shift>,
    /// Pixels of the surface for one pixel here.
    pub scale: f64,
    /// Whether lines are drawn one by one with round joints: the rasterizer of plotters draws a sharp corner of a
    /// whole line far beyond it.
    pub segments: bool,
    /// How far down a text has to move to stand in the middle, in ems: backends differ.
    pub text_drop: f64,
    pub fonts: &'a Fonts,
}

impl<B: DrawingBackend> Canvas<'_, B> {
    fn spot(&self, spot: Spot) -> (i32, i32) {
        (
            (spot.0 * self.scale).round() as i32,
            (spot.1 * self.scale).round() as i32,
        )
    }

    pub fn fill(&self, from: Spot, to: Spot, color: RGBColor) -> Result<(), ExportError> {
        let corners = [self.spot(from), self.spot(to)];
        self.area
            .draw(&Rectangle::new(corners, color.filled()))
            .map_err(|_| ExportError::Drawing)
    }

    pub fn line(&self, spots: &[Spot], width: f64, color: RGBColor, dash: Dash) -> Result<(), ExportError> {
        let style = color.stroke_width((width * self.scale).round().max(1.0) as u32);
        let strokes = match dash {
            Dash::Solid => vec![spots.to_vec()],
            Dash::Broken(stroke, gap) => strokes(spots, stroke, gap),
        };
        for stroke in strokes.into_iter().filter(|stroke| stroke.len() > 1) {
            let path: Vec<_> = stroke.into_iter().map(|spot| self.spot(spot)).collect();
            let drawn = if self.segments {
                self.joined(&path, style)
            } else {
                self.area.draw(&PathElement::new(path, style))
            };
            drawn.map_err(|_| ExportError::Drawing)?;
        }
        Ok(())
    }

    fn joined(
        &self,
        path: &[(i32, i32)],
        style: ShapeStyle,
    ) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
        for pair in path.windows(2) {
            self.area.draw(&PathElement::new(pair.to_vec(), style))?;
        }
        let radius = style.stroke_width / 2;
        if radius > 0 {
            for joint in &path[1..path.len() - 1] {
                self.area.draw(&Circle::new(*joint, radius, style.filled()))?;
            }
        }
        Ok(())
    }

    /// A text of one line, its middle at the height of the spot.
    pub fn text(
        &self,
        spot: Spot,
        text: &str,
        face: Face,
        size: f64,
        color: RGBColor,
        align: Align,
    ) -> Result<(), ExportError> {
        let side = match align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        let family = self.fonts.name(face, text);
        let style = TextStyle::from((family, size * EM_TO_LINE * self.scale))
            .color(&color)
            .pos(Pos::new(side, VPos::Center));
        let spot = self.spot((spot.0, spot.1 + size * self.text_drop));
        self.area
            .draw_text(text, &style, spot)
            .map_err(|_| ExportError::Drawing)
    }

    /// The text if it fits, or its two ends.
    pub fn fitting(&self, text: &str, face: Face, size: f64, room: f64) -> String {
        if self.fonts.width(face, text, size) <= room {
            return text.to_string();
        }
        let chars: Vec<char> = text.chars().collect();
        // More characters are wider, so the most that fit are found by halving.
        let fits = |keep: usize| self.fonts.width(face, &ends(&chars, keep), size) <= room;
        let (mut low, mut high) = (0, chars.len());
        while low + 1 < high {
            let middle = (low + high) / 2;
            if fits(middle) { low = middle } else { high = middle }
        }
        if fits(low) {
            ends(&chars, low)
        } else {
            String::new()
        }
    }

    /// The shape of a series: disc, square, triangle, diamond, triangle down, cross.
    pub fn marker(&self, shape: usize, (x, y): Spot, color: RGBColor) -> Result<(), ExportError> {
        let polygon: &[Spot] = match shape % 6 {
            0 => {
                let radius = (4.0 * self.scale).round() as i32;
                let disc = Circle::new(self.spot((x, y)), radius, color.filled());
                return self.area.draw(&disc).map_err(|_| ExportError::Drawing);
            }
            1 => return self.fill((x - 3.5, y - 3.5), (x + 3.5, y + 3.5), color),
            2 => &[(0.0, -4.5), (4.5, 3.5), (-4.5, 3.5)],
            3 => &[(0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0)],
            4 => &[(0.0, 4.5), (4.5, -3.5), (-4.5, -3.5)],
            _ => {
                self.line(&[(x - 3.5, y - 3.5), (x + 3.5, y + 3.5)], 2.0, color, Dash::Solid)?;
                return self.line(&[(x - 3.5, y + 3.5), (x + 3.5, y - 3.5)], 2.0, color, Dash::Solid);
            }
        };
        let corners: Vec<_> = polygon
            .iter()
            .map(|(dx, dy)| self.spot((x + dx, y + dy)))
            .collect();
        self.area
            .draw(&Polygon::new(corners, color.filled()))
            .map_err(|_| ExportError::Drawing)
    }
}

fn ends(chars: &[char], keep: usize) -> String {
    let tail = keep / 2;
    let head: String = chars[..keep - tail].iter().collect();
    let tail: String = chars[chars.len() - tail..].iter().collect();
    format!("{head}…{tail}")
}

/// A line cut into strokes; the pattern goes on around corners.
fn strokes(spots: &[Spot], stroke: f64, gap: f64) -> Vec<Vec<Spot>> {
    let mut strokes = Vec::new();
    let mut open: Vec<Spot> = spots.first().copied().into_iter().collect();
    let (mut is_on, mut left) = (true, stroke);
    for pair in spots.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let part = done / length;
            let spot = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            open.push(spot);
            if is_on {
                strokes.push(std::mem::take(&mut open));
            }
            is_on = !is_on;
            left = if is_on { stroke } else { gap };
            open = vec![spot];
        }
        left -= length - done;
        open.push(to);
    }
    if is_on {
        strokes.push(open);
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_go_around_corners() {
        let cut = strokes(&[(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)], 3.0, 1.0);
        assert_eq!(
            cut,
            [
                vec![(0.0, 0.0), (3.0, 0.0)],
                vec![(4.0, 0.0), (5.0, 0.0), (5.0, 2.0)],
                vec![(5.0, 3.0), (5.0, 5.0)],
            ]
        );
        assert!(strokes(&[], 3.0, 1.0).iter().all(Vec::is_empty));
    }

    #[test]
    fn a_sharp_corner_stays_where_it_is() {
        let (width, height) = (80, 200);
        let mut pixels = vec![255_u8; width * height * 3];
        let fonts = Fonts::load(true).expect("the fonts are built in");
        {
            let area =
                BitMapBackend::with_buffer(&mut pixels, (width as u32, height as u32)).into_drawing_area();
            let canvas = Canvas {
                area,
                scale: 1.0,
                segments: true,
                text_drop: 0.0,
                fonts: &fonts,
            };
            let spike = [
                (10.0, 150.0),
                (40.0, 50.0),
                (41.0, 150.0),
                (42.0, 50.0),
                (70.0, 150.0),
            ];
            canvas
                .line(&spike, 4.0, BLACK, Dash::Solid)
                .expect("a buffer takes every line");
        }
        let drawn = |row: usize| {
            pixels[row * width * 3..][..width * 3]
                .iter()
                .any(|value| *value < 128)
        };
        let rows: Vec<usize> = (0..height).filter(|row| drawn(*row)).collect();
        assert_eq!(
            rows.len(),
            rows.last().map_or(0, |last| last + 1 - rows[0]),
            "one piece"
        );
        assert!(
            rows[0] >= 46 && rows.last().is_some_and(|last| *last <= 154),
            "{rows:?}"
        );
    }

    #[test]
    fn both_ends_of_a_long_name_stay() {
        let chars: Vec<char> = "factory/line".chars().collect();
        assert_eq!([ends(&chars, 5), ends(&chars, 0)], ["fac…ne", "…"]);
    }
}
