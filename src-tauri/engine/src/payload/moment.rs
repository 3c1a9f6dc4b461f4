//! Moments that a payload tells, as dates.

use crate::chart::time;
use crate::message::Timestamp;

/// Seconds since 1970 as an ISO 8601 date with as many decimals as it needs; nothing outside of the years
/// 0 to 9999.
pub(super) fn seconds(seconds: f64) -> Option<String> {
    const YEAR_0: f64 = -62_167_219_200.0;
    const YEAR_10000: f64 = 253_402_300_800.0;
    if !(YEAR_0..YEAR_10000).contains(&seconds) {
        return None;
    }
    let iso = time::iso(Timestamp((seconds * 1e6).floor() as i64));
    let short = iso
        .trim_end_matches('Z')
        .trim_end_matches('0')
        .trim_end_matches('.');
    Some(format!("{short}Z"))
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn moments_are_dates() {
        assert_eq!(seconds(0.0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(seconds(1.25).as_deref(), Some("1970-01-01T00:00:01.25Z"));
        assert_eq!(seconds(f64::NAN), None);
        assert_eq!(seconds(1e12), None);
    }
}
