//! What belongs to a whole line: status, output, energy, its camera, and a few retained mistakes.

use serde_json::json;

use crate::feed::Feed;
use crate::png;
use crate::signal::{Seed, Signal, round};

pub fn feeds(seed: Seed) -> Vec<Feed> {
    let mut feeds: Vec<Feed> = (1..=3u8).flat_map(|line| line_feeds(seed, line)).collect();
    feeds.extend(mistakes());
    feeds.extend(camera(seed));
    feeds
}

fn line_feeds(seed: Seed, line: u8) -> Vec<Feed> {
    let base = format!("factory/line-{line}");
    let seed = seed.of(&base);
    let oee = ["availability", "performance", "quality"].map(|name| seed.of(name).walk(0.78, 0.99, 240.0));
    let (good, scrap) = (
        seed.of("good").counter(14_200, 3.1),
        seed.of("scrap").counter(61, 97.0),
    );
    let energy = seed.of("energy").counter(880_300, 1.7);
    let power = seed.of("power").walk(84.0, 131.0, 20.0);
    vec![
        Feed::fixed(format!("{base}/status"), "online").at_least_once(),
        Feed::json(format!("{base}/oee"), move |m| {
            let [availability, performance, quality] = oee.map(|part| part.rounded(m.elapsed, 3));
            let oee = round(availability * performance * quality, 3);
            json!({
                "oee": oee, "availability": availability, "performance": performance, "quality": quality
            })
        })
        .every(5.0)
        .declared_json(),
        Feed::json(
            format!("{base}/count"),
            move |m| json!({ "good": good.whole(m.elapsed), "scrap": scrap.whole(m.elapsed), "shift": "B" }),
        )
        .every(3.0)
        .at_least_once(),
        Feed::number(format!("{base}/energy_kwh"), energy, 0)
            .every(5.0)
            .retained(),
        Feed::quantity(format!("{base}/power"), power, 1, " kW").every(1.0),
    ]
}

/// Messages that should never have been retained, and have been lying about for a while.
fn mistakes() -> Vec<Feed> {
    vec![
        Feed::json(
            "factory/line-2/events/door",
            |m| json!({ "event": "opened", "at": m.iso_days_ago(37) }),
        )
        .once(),
        Feed::fixed(
            "factory/line-1/press-02/cmd",
            r#"{"cmd":"reset_alarm","code":118}"#,
        )
        .at_least_once(),
        Feed::fixed("factory/line-1/press-03/cmd", r#"{"cmd":"start"}"#).at_least_once(),
    ]
}

fn camera(seed: Seed) -> Vec<Feed> {
    let spot = [
        seed.of("spot x").sine(20.0, 140.0, 60.0),
        seed.of("spot y").sine(15.0, 105.0, 47.0),
    ];
    vec![
        Feed::bytes("factory/line-3/camera/last", move |m| {
            thermal(spot.map(|axis| axis.at(m.elapsed)))
        })
        .every(12.0)
        .retained()
        .content_type("image/png")
        .tagged("camera", "hall-3-02")
        .tagged("lens", "thermal"),
        Feed::json("factory/line-3/camera/info", move |m| hottest(spot, m.elapsed)).every(4.0),
    ]
}

fn hottest(spot: [Signal; 2], elapsed: std::time::Duration) -> serde_json::Value {
    let [x, y] = spot.map(|axis| axis.whole(elapsed));
    json!({ "hottest": { "x": x, "y": y, "temp_c": 71.5 }, "size": [160, 120], "format": "png" })
}

/// A thermal picture with one hot spot.
fn thermal([hot_x, hot_y]: [f64; 2]) -> Vec<u8> {
    png::encode(160, 120, |x, y| {
        let distance = (f64::from(x) - hot_x).hypot(f64::from(y) - hot_y);
        let heat = (-distance / 34.0).exp();
        [
            (40.0 + 215.0 * heat) as u8,
            (200.0 * heat * heat) as u8,
            (110.0 - 90.0 * heat) as u8,
        ]
    })
}
