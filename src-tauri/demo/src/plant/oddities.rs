//! Topics and payloads at the edge of what is allowed: very deep, very long, empty levels, spaces,
//! empty-looking values, numbers that do not fit, JSON that is not quite JSON.

use serde_json::json;

use crate::feed::Feed;
use crate::signal::Seed;

pub fn feeds(seed: Seed) -> Vec<Feed> {
    let level = seed.of("tank").walk(1.2, 8.9, 60.0);
    let asset = "urn:ngsi-ld:ManufacturingMachine:plant7:hall-2:line-2:press-04";
    vec![
        Feed::fixed("ugv/a/b/c/d/e/f/g/h/i/j/level-12-still-readable", "ok"),
        Feed::text(
            "ugv/fleet/7/zone/north/aisle/12/bay/4/shelf/2/bin/19/weight",
            |m| format!("{}.{} kg", 12 + m.count % 3, m.count % 10),
        )
        .every(6.0),
        Feed::fixed(
            format!(
                "{asset}/urn:aas:submodel:TechnicalData/TechnicalProperties_RatedForceAtBottomDeadCentre_kN"
            ),
            "800",
        )
        .at_least_once()
        .content_type("text/plain")
        .tagged(
            "semanticId",
            "urn:idta:TechnicalData:1:2:TechnicalProperties:RatedForceAtBottomDeadCentre",
        ),
        Feed::fixed(
            format!(
                "{asset}/urn:aas:submodel:TechnicalData/GeneralInformation_ManufacturerProductDesignation"
            ),
            "Hydraulic press, 800 kN",
        ),
        // An empty level in the middle, and one at the start and the end.
        Feed::text("empty//level", |m| m.count).every(5.0),
        Feed::number("/leading-slash/tank-3/level", level, 2).every(3.0),
        Feed::fixed("trailing-slash/", "one level more than it seems"),
        Feed::text("with space/dock 3/door sensor", |m| {
            if m.count.is_multiple_of(2) {
                "open"
            } else {
                "closed"
            }
        })
        .every(7.0),
        // Larger than the whole numbers a double holds exactly.
        Feed::json(
            "legacy/counter64",
            |m| json!({ "total": 9_007_199_254_740_993u64 + m.count }),
        )
        .every(4.0),
        Feed::text("legacy/csv", |m| format!("{};20.4;0.7;;OK\r\n", m.seconds()))
            .every(5.0)
            .content_type("text/csv"),
        Feed::text("legacy/opc", |m| {
            format!("<item id=\"T3\"><v>{}</v><q>GOOD</q></item>", 200 + m.count % 9)
        })
        .every(5.0)
        .content_type("application/xml"),
        // Declared as UTF-8 JSON and cut off in the middle, as a small buffer on a device does.
        Feed::text("legacy/cut", |m| {
            format!("{{\"seq\":{},\"readings\":[20.4,20.5,20", m.count)
        })
        .every(8.0)
        .declared_json(),
        Feed::text("legacy/nan", |_| "NaN").every(9.0),
        // An empty payload that is not retained: nothing is cleared by it.
        Feed::bytes("legacy/heartbeat", |_| Vec::new()).every(5.0),
        Feed::text("legacy/log", |m| {
            format!("line one {}\nline two\n\ttabbed \u{1b}[31mred\u{1b}[0m", m.count)
        })
        .every(10.0),
        Feed::text("legacy/latest-only", |m| m.iso())
            .every(2.0)
            .expires(5)
            .retained(),
    ]
}
