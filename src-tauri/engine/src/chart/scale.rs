//! Value axes: round steps, so many intervals, and numbers as short as the step allows.

/// A value axis of equal intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub low: f64,
    pub step: f64,
    pub intervals: u32,
}

impl Scale {
    /// The axis with exactly so many intervals of a round step that holds both values; two at least,
    /// because no single round interval from a multiple of itself reaches across zero.
    pub fn around(min: f64, max: f64, intervals: u32) -> Self {
        let intervals = intervals.max(2);
        // Halves keep the span of the largest numbers finite.
        let (min, max) = (
            min.min(max).clamp(-1e300, 1e300),
            min.max(max).clamp(-1e300, 1e300),
        );
        let span = if max - min > max.abs().max(min.abs()) * 1e-12 {
            max - min
        } else {
            max.abs().max(1.0) * 0.1
        };
        let middle = min / 2.0 + max / 2.0;
        let (min, max) = (min.min(middle - span / 2.0), max.max(middle + span / 2.0));
        let mut step = round_up(span / f64::from(intervals));
        loop {
            let low = (min / step).floor() * step;
            if low + step * f64::from(intervals) >= max - step * 1e-9 {
                return Self { low, step, intervals };
            }
            step = round_up(step * 1.01);
        }
    }

    pub fn high(&self) -> f64 {
        self.low + self.step * f64::from(self.intervals)
    }

    /// 0 at the low end, 1 at the high one; a value that the axis does not hold is at its end.
    pub fn place(&self, value: f64) -> f64 {
        (value.clamp(self.low, self.high()) - self.low) / (self.high() - self.low)
    }

    /// The values at the ends of the intervals with their labels.
    pub fn ticks(&self) -> impl Iterator<Item = (f64, String)> + '_ {
        (0..=self.intervals).map(|index| {
            let value = self.low + self.step * f64::from(index);
            (value, label(value, self.step))
        })
    }
}

/// The next of 1, 2, 2.5, 5 times a power of ten.
fn round_up(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let rounds = [1.0, 2.0, 2.5, 5.0, 10.0];
    rounds
        .into_iter()
        .map(|round| round * power)
        .find(|round| *round >= step * (1.0 - 1e-9))
        .unwrap_or(power * 10.0)
}

/// A number with the digits that tell neighbours a step apart from each other.
pub(super) fn label(value: f64, step: f64) -> String {
    let value = if value.abs() < step * 1e-6 { 0.0 } else { value };
    if value.abs() >= 1e9 || step < 1e-6 {
        return format!("{value:.3e}");
    }
    let digits = (0..=7).find(|digits| {
        let scaled = step * 10f64.powi(*digits);
        (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0)
    });
    format!("{value:.*}", digits.unwrap_or(7) as usize)
}

/// A measured value beside a chart: about five digits.
pub(super) fn figure(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e9).contains(&size) {
        return format!("{value:.3e}");
    }
    let digits = if size >= 10_000.0 {
        0
    } else if size >= 100.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.*}", if size < 1.0 { 4 } else { digits });
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_hold_their_values_in_round_steps() {
        let scale = Scale::around(583.7, 620.4, 5);
        assert_eq!((scale.low, scale.high(), scale.step), (580.0, 630.0, 10.0));
        let labels: Vec<_> = Scale::around(0.0, 1.0, 4).ticks().map(|tick| tick.1).collect();
        assert_eq!(labels, ["0.00", "0.25", "0.50", "0.75", "1.00"]);
    }

    #[test]
    fn any_values_have_an_axis() {
        let values = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            1e-300,
            1e300,
            f64::MAX,
            f64::MIN,
            61.4,
            1e15,
            1e15 + 1.0,
            f64::MIN_POSITIVE,
        ];
        for a in values {
            for b in values {
                let (low, high) = (a.min(b).clamp(-1e300, 1e300), a.max(b).clamp(-1e300, 1e300));
                for scale in (1..=6).map(|intervals| Scale::around(a, b, intervals)) {
                    assert!(
                        scale.low <= low && scale.high() >= high - scale.step * 1e-6,
                        "{a} {b} {scale:?}"
                    );
                    assert!(
                        scale.low.is_finite() && scale.high().is_finite() && scale.step > 0.0,
                        "{a} {b}"
                    );
                }
            }
        }
    }

    #[test]
    fn figures_are_short() {
        for (value, text) in [
            (603.1, "603.1"),
            (18.77, "18.77"),
            (0.0412, "0.0412"),
            (0.0, "0"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (41882.0, "41882"),
            (1e12, "1.000e12"),
            (100.0, "100"),
        ] {
            assert_eq!(figure(value), text);
        }
    }
}
