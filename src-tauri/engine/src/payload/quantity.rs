//! A text that is a number, with the unit behind it or at the end of its key. It looks into no payload.

/// Reads `61.4`, `12,5` (a comma between digits is a decimal comma), `20.0 °C`, `on`, `false`.
/// Dates, times, versions and sentences are not numbers.
pub(super) fn parse(text: &str) -> Option<(f64, Option<String>)> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    for (word, value) in [("on", 1.0), ("true", 1.0), ("off", 0.0), ("false", 0.0)] {
        if text.eq_ignore_ascii_case(word) {
            return Some((value, None));
        }
    }
    let end = number_end(text);
    let (digits, rest) = text.split_at(end);
    if !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: f64 = digits.replacen(',', ".", 1).parse().ok()?;
    let unit = match rest {
        "" => None,
        rest => Some(unit(rest)?),
    };
    value.is_finite().then_some((value, unit))
}

/// Where the number at the start of a text ends. At most one point or comma, between digits.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let run = |mut at: usize| {
        while digit(at) {
            at += 1;
        }
        at
    };
    let mut at = run(usize::from(matches!(bytes.first(), Some(b'-' | b'+'))));
    if matches!(bytes.get(at), Some(b'.')) || (matches!(bytes.get(at), Some(b',')) && digit(at + 1)) {
        at = run(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let from = at + 1 + usize::from(matches!(bytes.get(at + 1), Some(b'-' | b'+')));
        at = if digit(from) { run(from) } else { at };
    }
    at
}

/// Units that may follow a number without a space, and their spelling at the end of a key.
const UNITS: [(&str, &str); 34] = [
    ("°C", "c"),
    ("°C", "celsius"),
    ("°F", "f"),
    ("°F", "fahrenheit"),
    ("K", "kelvin"),
    ("%", "pct"),
    ("%", "percent"),
    ("V", "v"),
    ("mV", "mv"),
    ("A", "a"),
    ("mA", "ma"),
    ("W", "w"),
    ("kW", "kw"),
    ("Wh", "wh"),
    ("kWh", "kwh"),
    ("Hz", "hz"),
    ("rpm", "rpm"),
    ("bar", "bar"),
    ("mbar", "mbar"),
    ("Pa", "pa"),
    ("hPa", "hpa"),
    ("kPa", "kpa"),
    ("kN", "kn"),
    ("mm", "mm"),
    ("cm", "cm"),
    ("km", "km"),
    ("kg", "kg"),
    ("ms", "ms"),
    ("s", "s"),
    ("lx", "lux"),
    ("ppm", "ppm"),
    ("dB", "db"),
    ("dBm", "dbm"),
    ("m/s", "mps"),
];

fn unit(rest: &str) -> Option<String> {
    let unit = rest.trim_start();
    let known = UNITS.iter().any(|(known, _)| *known == unit);
    let spaced = unit.len() < rest.len()
        && unit.chars().count() <= 8
        && unit
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() || "°%µΩ€$".contains(c))
        && !unit.contains(char::is_whitespace);
    (known || spaced || unit.starts_with('°'))
        .then(|| unit.to_string())
        .filter(|unit| unit.len() <= 16)
}

/// The unit that the end of a key names, as in `oil_temp_c`.
pub(super) fn unit_of_key(name: &str) -> Option<String> {
    let (_, end) = name.rsplit_once('_')?;
    let end = end.to_ascii_lowercase();
    UNITS
        .iter()
        .find(|(_, key)| *key == end)
        .map(|(unit, _)| unit.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_numbers() {
        let good = [
            ("61.4", 61.4, None),
            (" 12,5 ", 12.5, None),
            ("20.0 °C", 20.0, Some("°C")),
            ("20°C", 20.0, Some("°C")),
            ("-3e2", -300.0, None),
            ("on", 1.0, None),
            ("FALSE", 0.0, None),
            ("5 %", 5.0, Some("%")),
            ("230V", 230.0, Some("V")),
            ("7.", 7.0, None),
            (".5", 0.5, None),
            ("1,234", 1.234, None),
            ("3 km/h", 3.0, Some("km/h")),
        ];
        for (text, value, unit) in good {
            assert_eq!(parse(text), Some((value, unit.map(String::from))), "{text}");
        }
        for bad in [
            "",
            "-",
            ".",
            "2026-03-12",
            "12:30",
            "1.2.3",
            "1,2,3",
            "0x1f",
            "41882a",
            "3 blind mice",
            "NaN",
            "inf",
            "1e999",
            "RUNNING",
            "é1",
            "1é",
            "--1",
            "5 5",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
