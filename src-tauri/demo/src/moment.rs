//! The plant's clock, and the moment at which one message is made.
//!
//! Curves follow the clock's elapsed time, stamps in payloads follow the wall clock. Only the clock
//! reads the time; everything else is handed a [`Moment`].

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Runs `pace` times as fast as real time, from 0 at its creation.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
    pace: f64,
}

impl Clock {
    /// `pace` must be positive and finite.
    pub fn start(pace: f64) -> Clock {
        Clock {
            started: Instant::now(),
            pace,
        }
    }

    pub fn elapsed(&self) -> Duration {
        self.started.elapsed().mul_f64(self.pace)
    }

    /// The moment now, for the `count`th message of its kind.
    pub fn now(&self, count: u64) -> Moment {
        Moment {
            elapsed: self.elapsed(),
            wall: SystemTime::now(),
            count,
        }
    }

    /// Waits until the clock shows `elapsed`.
    pub async fn wait_until(&self, elapsed: Duration) {
        tokio::time::sleep_until(self.started + elapsed.div_f64(self.pace)).await;
    }
}

/// When a message is made, and how many its topic had before.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub elapsed: Duration,
    pub wall: SystemTime,
    pub count: u64,
}

impl Moment {
    /// Milliseconds since 1970, UTC.
    pub fn millis(&self) -> u64 {
        let since = self.wall.duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    /// Seconds since 1970, UTC.
    pub fn seconds(&self) -> u64 {
        self.millis() / 1000
    }

    /// The wall clock as `2026-03-12T05:32:08.411Z`.
    pub fn iso(&self) -> String {
        iso(self.millis())
    }

    /// The wall clock `days` ago, in the same form, for what has been lying about for a while.
    pub fn iso_days_ago(&self, days: u64) -> String {
        iso(self.millis().saturating_sub(days * 86_400_000))
    }
}

fn iso(millis: u64) -> String {
    let seconds = millis / 1000;
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
        millis % 1000
    )
}

/// Year, month and day of the Gregorian calendar for days since 1970-01-01.
///
/// Years are counted from March, so that the leap day is the last day of its year.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468; // days since 0000-03-01
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_around_leap_days() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(iso(1_709_164_800_000 + 86_400_000), "2024-03-01T00:00:00.000Z");
        assert_eq!(iso(1_773_293_528_411), "2026-03-12T05:32:08.411Z");
        assert_eq!(iso(1_767_225_599_999), "2025-12-31T23:59:59.999Z");
    }
}
