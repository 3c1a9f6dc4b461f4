//! Values that move: each signal is a pure function of a seed and the time on the plant's clock.
//!
//! Because a signal keeps no state, two topics that show the same quantity agree at every moment,
//! and a slow reader, a late timer or a faster pace never changes the curve.
//! It deliberately does not model physics; the curves only have to look plausible on a chart.

use std::f64::consts::TAU;
use std::time::Duration;

/// The root of all randomness; a name below it gives an independent seed.
#[derive(Debug, Clone, Copy)]
pub struct Seed(pub u64);

impl Seed {
    /// The seed of `name` below this one. Equal names give equal seeds, whatever else the plant holds.
    pub fn of(self, name: &str) -> Seed {
        // FNV-1a over the name, then one round of mixing so that similar names end far apart.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325 ^ self.0, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Seed(mix(hash))
    }

    /// A number in `0.0..1.0`, the same for the same `n`.
    pub fn unit(self, n: u64) -> f64 {
        // The upper 53 bits fill the mantissa of an f64 exactly.
        (mix(self.0 ^ mix(n)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Wanders between `low` and `high`, turning about once in `pace` seconds.
    pub fn walk(self, low: f64, high: f64, pace: f64) -> Signal {
        self.signal(Shape::Walk { low, high, pace })
    }

    /// Swings between `low` and `high` once in `period` seconds; the seed sets where it starts.
    pub fn sine(self, low: f64, high: f64, period: f64) -> Signal {
        self.signal(Shape::Sine { low, high, period })
    }

    /// Is on for about `share` (0 to 1) of the time and may change every `slot` seconds.
    pub fn toggle(self, share: f64, slot: f64) -> Signal {
        self.signal(Shape::Toggle { share, slot })
    }

    /// Counts up from `from` by one every `every` seconds.
    pub fn counter(self, from: u64, every: f64) -> Signal {
        self.signal(Shape::Counter { from, every })
    }

    fn signal(self, shape: Shape) -> Signal {
        Signal { seed: self, shape }
    }
}

/// One moving quantity.
#[derive(Debug, Clone, Copy)]
pub struct Signal {
    seed: Seed,
    shape: Shape,
}

#[derive(Debug, Clone, Copy)]
enum Shape {
    Walk { low: f64, high: f64, pace: f64 },
    Sine { low: f64, high: f64, period: f64 },
    Toggle { share: f64, slot: f64 },
    Counter { from: u64, every: f64 },
}

impl Signal {
    /// The value after `elapsed` of the plant's time. A toggle reads 1 or 0.
    pub fn at(&self, elapsed: Duration) -> f64 {
        let t = elapsed.as_secs_f64();
        match self.shape {
            Shape::Walk { low, high, pace } => low + (high - low) * wander(self.seed, t / pace),
            Shape::Sine { low, high, period } => {
                let phase = self.seed.unit(0);
                low + (high - low) * (0.5 + 0.5 * (TAU * (t / period + phase)).sin())
            }
            Shape::Toggle { share, slot } => f64::from(u8::from(self.seed.unit((t / slot) as u64) < share)),
            Shape::Counter { from, every } => (from + (t / every) as u64) as f64,
        }
    }

    /// The value rounded to `decimals` places, as a device with that resolution reports it.
    pub fn rounded(&self, elapsed: Duration, decimals: u8) -> f64 {
        round(self.at(elapsed), decimals)
    }

    /// The value as a whole number; negative values read as 0.
    pub fn whole(&self, elapsed: Duration) -> u64 {
        self.at(elapsed).round() as u64
    }

    /// Whether the value is above a half: how a toggle is read.
    pub fn is_on(&self, elapsed: Duration) -> bool {
        self.at(elapsed) > 0.5
    }
}

/// `value` with at most `decimals` places.
pub fn round(value: f64, decimals: u8) -> f64 {
    let scale = 10f64.powi(i32::from(decimals));
    // Adding zero turns -0.0 into 0.0, which no device would report.
    (value * scale).round() / scale + 0.0
}

/// Three octaves of smooth noise in `0.0..=1.0`: a bounded random walk that needs no memory.
fn wander(seed: Seed, x: f64) -> f64 {
    let coarse = smooth(seed, 0, x);
    let middle = smooth(seed, 1, x * 2.7);
    let fine = smooth(seed, 2, x * 7.9);
    let mean = (coarse * 4.0 + middle * 2.0 + fine) / 7.0;
    // Averages crowd around the middle, so the range is stretched again.
    ((mean - 0.5) * 1.5 + 0.5).clamp(0.0, 1.0)
}

/// Noise between random values at whole numbers, joined without corners.
fn smooth(seed: Seed, octave: u64, x: f64) -> f64 {
    let step = x as u64;
    let within = x.fract();
    let ease = within * within * (3.0 - 2.0 * within);
    let lane = octave << 56;
    let from = seed.unit(lane | step);
    let to = seed.unit(lane | (step + 1));
    from + (to - from) * ease
}

/// The finaliser of splitmix64.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(n: u64) -> impl Iterator<Item = Duration> {
        (0..n * 60).map(Duration::from_secs)
    }

    #[test]
    fn a_walk_stays_inside_moves_and_takes_small_steps() {
        let walk = Seed(7).of("oil").walk(50.0, 70.0, 60.0);
        let values: Vec<f64> = minutes(60).map(|t| walk.at(t)).collect();
        assert!(values.iter().all(|v| (50.0..=70.0).contains(v)));
        let spread =
            values.iter().cloned().fold(f64::MIN, f64::max) - values.iter().cloned().fold(f64::MAX, f64::min);
        assert!(spread > 8.0, "only moved by {spread}");
        assert!(values.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 2.0));
    }

    #[test]
    fn the_same_seed_repeats_and_another_differs() {
        let curve = |seed: u64| -> Vec<f64> {
            let walk = Seed(seed).of("force").walk(0.0, 1.0, 5.0);
            minutes(2).map(|t| walk.at(t)).collect()
        };
        assert_eq!(curve(1), curve(1));
        assert_ne!(curve(1), curve(2));
        assert_ne!(Seed(1).of("a").0, Seed(1).of("b").0);
    }

    #[test]
    fn a_toggle_is_on_for_its_share() {
        let toggle = Seed(3).of("door").toggle(0.25, 1.0);
        let on = minutes(60).filter(|t| toggle.is_on(*t)).count();
        assert!((700..1100).contains(&on), "on for {on} of 3600 s");
    }

    #[test]
    fn a_counter_counts_and_a_sine_returns() {
        let counter = Seed(1).counter(41_000, 8.0);
        assert_eq!(counter.whole(Duration::from_secs(0)), 41_000);
        assert_eq!(counter.whole(Duration::from_secs(17)), 41_002);
        let sine = Seed(1).of("x").sine(-1.0, 1.0, 10.0);
        let (start, later) = (sine.at(Duration::from_secs(0)), sine.at(Duration::from_secs(10)));
        assert!((start - later).abs() < 1e-9);
        assert!((start - sine.at(Duration::from_secs(5))).abs() > 1e-3);
    }
}
