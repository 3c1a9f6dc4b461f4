//! Series as comma-separated values (RFC 4180): time in UTC, topic, path, value.

use std::fmt::Write;

use super::series::Point;
use crate::message::Timestamp;

/// One series to be written.
#[derive(Clone, Debug)]
pub struct CsvSeries {
    /// Its topic.
    pub topic: String,
    /// Its field.
    pub path: String,
    /// Its points.
    pub points: Vec<Point>,
}

/// All points of all series, one series after the other, under a line of names.
pub fn csv(series: &[CsvSeries]) -> String {
    let mut text = String::from("time,topic,path,value\r\n");
    for one in series {
        let (topic, path) = (quoted(&one.topic), quoted(&one.path));
        for point in &one.points {
            // Writing to a String can't fail.
            let _ = write!(text, "{},{topic},{path},{}\r\n", iso(point.at), point.value);
        }
    }
    text
}

fn quoted(text: &str) -> String {
    // A leading sign would be taken for a formula by a spreadsheet.
    let text = match text.starts_with(['=', '+', '-', '@']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// A time as `2026-03-12T05:32:08.411Z`. The date is computed from the count of days (Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms").
fn iso(at: Timestamp) -> String {
    let millis = at.0.div_euclid(1_000);
    let (days, of_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
        of_day % 1_000
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_right_over_leap_days() {
        assert_eq!(iso(Timestamp(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(Timestamp(1_709_210_096_789_000)), "2024-02-29T12:34:56.789Z");
        assert_eq!(iso(Timestamp(1_773_293_528_411_999)), "2026-03-12T05:32:08.411Z");
    }

    #[test]
    fn separators_are_quoted_and_formulas_disarmed() {
        let points = vec![Point {
            at: Timestamp(0),
            value: 1.5,
        }];
        let series = CsvSeries {
            topic: "a,\"b\"".into(),
            path: "=1".into(),
            points,
        };
        let lines = csv(&[series]);
        assert_eq!(
            lines,
            "time,topic,path,value\r\n1970-01-01T00:00:00.000Z,\"a,\"\"b\"\"\",'=1,1.5\r\n"
        );
    }
}
