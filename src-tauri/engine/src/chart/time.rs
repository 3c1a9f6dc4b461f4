//! Times as text: ISO 8601 for files, short labels for an axis. Offsets come from outside.

use crate::message::Timestamp;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// A date and time of day.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    /// Microseconds since midnight.
    time: i64,
}

/// The calendar date by counting from 0000-03-01, so that leap days end a year.
fn civil(at: i64) -> Civil {
    let days = at.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    Civil {
        year,
        month,
        day,
        time: at.rem_euclid(DAY),
    }
}

fn local(at: Timestamp, offset_minutes: i32) -> i64 {
    at.0.saturating_add(i64::from(offset_minutes) * 60 * SECOND)
}

/// `2026-03-12T05:32:08.411000Z`.
pub(crate) fn iso(at: Timestamp) -> String {
    let Civil {
        year,
        month,
        day,
        time,
    } = civil(at.0);
    let (seconds, micros) = (time / SECOND, time % SECOND);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

/// `2026-03-12 14:32:08` in local time.
pub(super) fn full(at: Timestamp, offset_minutes: i32) -> String {
    let at = local(at, offset_minutes);
    let Civil { year, month, day, .. } = civil(at);
    format!("{year:04}-{month:02}-{day:02} {}", clock(at, SECOND))
}

/// `UTC+09:00`.
pub(super) fn zone(offset_minutes: i32) -> String {
    match offset_minutes {
        0 => "UTC".into(),
        offset => {
            let sign = if offset < 0 { '−' } else { '+' };
            format!("UTC{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
        }
    }
}

/// The time of day with as many parts as a step needs.
fn clock(local: i64, step: i64) -> String {
    let time = local.rem_euclid(DAY);
    let (hour, minute, second) = (time / SECOND / 3600, time / SECOND / 60 % 60, time / SECOND % 60);
    match step {
        step if step >= 60 * SECOND => format!("{hour:02}:{minute:02}"),
        step if step >= SECOND => format!("{hour:02}:{minute:02}:{second:02}"),
        step if step >= 1_000 => format!("{hour:02}:{minute:02}:{second:02}.{:03}", time % SECOND / 1_000),
        _ => format!("{minute:02}:{second:02}.{:06}", time % SECOND),
    }
}

/// Places and labels on a time axis, at most `count` of them, at round local times. Midnights and steps
/// of days are labelled with the date.
pub(super) fn ticks(
    from: Timestamp,
    to: Timestamp,
    count: i64,
    offset_minutes: i32,
) -> Vec<(Timestamp, String)> {
    let span = to.0.saturating_sub(from.0);
    let step = step(span, count.max(1));
    let shift = i64::from(offset_minutes) * 60 * SECOND;
    let (first, end) = (local(from, offset_minutes), local(to, offset_minutes));
    let mut ticks = Vec::new();
    let mut at = first.div_euclid(step).saturating_mul(step);
    while at <= end {
        if at >= first {
            let date = civil(at);
            let label = if date.time == 0 {
                format!("{:02}-{:02}", date.month, date.day)
            } else {
                clock(at, step)
            };
            ticks.push((Timestamp(at - shift), label));
        }
        match at.checked_add(step) {
            Some(next) => at = next,
            None => break,
        }
    }
    ticks
}

fn step(span: i64, count: i64) -> i64 {
    const MINUTE: i64 = 60 * SECOND;
    const HOUR: i64 = 60 * MINUTE;
    const STEPS: [i64; 20] = [
        SECOND,
        2 * SECOND,
        5 * SECOND,
        10 * SECOND,
        15 * SECOND,
        30 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        7 * DAY,
    ];
    let least = (span / count).max(1);
    let below = [1, 10, 100, 1_000, 10_000, 100_000]
        .into_iter()
        .flat_map(|tens| [tens, 2 * tens, 5 * tens]);
    let above = (1..).map(|power| 7 * DAY * (1 << power)).take(20);
    below
        .chain(STEPS)
        .chain(above)
        .find(|step| *step >= least)
        .unwrap_or(span.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_times_are_right_even_far_away() {
        for (at, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (1_773_293_528_411_000, "2026-03-12T05:32:08.411000Z"),
            (951_782_400 * SECOND, "2000-02-29T00:00:00.000000Z"),
            (4_107_542_400 * SECOND, "2100-03-01T00:00:00.000000Z"),
        ] {
            assert_eq!(iso(Timestamp(at)), text);
        }
    }

    #[test]
    fn ticks_stand_at_round_local_times() {
        let from = Timestamp(1_773_293_020 * SECOND);
        let to = Timestamp(1_773_293_320 * SECOND);
        let labels: Vec<_> = ticks(from, to, 6, 540)
            .into_iter()
            .map(|(_, label)| label)
            .collect();
        assert_eq!(labels, ["14:24", "14:25", "14:26", "14:27", "14:28"]);
        let labels: Vec<_> = ticks(from, Timestamp(from.0 + 10 * SECOND), 6, -210)
            .into_iter()
            .map(|t| t.1)
            .collect();
        assert_eq!(labels[0], "01:53:40");
        let days: Vec<_> = ticks(from, Timestamp(from.0 + 3 * DAY), 7, 540)
            .into_iter()
            .map(|t| t.1)
            .collect();
        assert_eq!(days[..3], ["03-13", "12:00", "03-14"]);
    }

    #[test]
    fn any_span_has_a_bounded_number_of_ticks() {
        for (from, to) in [
            (0, 0),
            (0, 1),
            (0, 999),
            (i64::MIN, i64::MAX),
            (0, i64::MAX),
            (0, 400 * DAY),
        ] {
            assert!(
                ticks(Timestamp(from), Timestamp(to), 8, 840).len() <= 10,
                "{from} {to}"
            );
        }
    }

    #[test]
    fn zones_have_a_sign() {
        assert_eq!(
            [zone(0), zone(540), zone(-210)],
            ["UTC", "UTC+09:00", "UTC−03:30"]
        );
    }
}
