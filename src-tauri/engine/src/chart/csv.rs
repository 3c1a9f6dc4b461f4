//! Points as comma separated values (RFC 4180), one row a point.

use std::fmt::Write as _;

use super::series::Point;
use super::time;

/// A series to write.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvSeries<'a> {
    /// The topic.
    pub topic: &'a str,
    /// The path in the payload.
    pub path: &'a str,
    /// In order of time.
    pub points: &'a [Point],
}

/// `time,topic,path,value` with times in UTC to the microsecond. Series follow each other. Names that a
/// spreadsheet would run as a formula get an apostrophe in front, because brokers are not trusted.
pub fn csv(series: &[CsvSeries<'_>]) -> String {
    let mut out = String::from("time,topic,path,value\r\n");
    for one in series {
        let (topic, path) = (field(one.topic), field(one.path));
        for point in one.points {
            let _ = write!(out, "{},{topic},{path},{}\r\n", time::iso(point.at), point.value);
        }
    }
    out
}

fn field(text: &str) -> String {
    let mark = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{mark}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{mark}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Timestamp;

    #[test]
    fn rows_are_quoted_and_never_formulas() {
        let points = [
            Point {
                at: Timestamp(0),
                value: 0.1,
            },
            Point {
                at: Timestamp(1),
                value: -5e300,
            },
        ];
        let text = csv(&[
            CsvSeries {
                topic: "a,\"b",
                path: "$.x",
                points: &points,
            },
            CsvSeries {
                topic: "=1+1",
                path: "$",
                points: &points[..1],
            },
        ]);
        let rows: Vec<_> = text.split("\r\n").collect();
        assert_eq!(rows[0], "time,topic,path,value");
        assert_eq!(rows[1], "1970-01-01T00:00:00.000000Z,\"a,\"\"b\",$.x,0.1");
        assert!(rows[2].ends_with(&(-5e300f64).to_string()));
        assert_eq!(rows[3], "1970-01-01T00:00:00.000000Z,'=1+1,$,0.1");
        assert_eq!(rows.len(), 5);
    }
}
