//! The presses: the richest machines of the plant, with fast numbers, slow states and CBOR recipes.

use ciborium::Value as Cbor;
use serde_json::{Value, json};

use super::Machine;
use crate::feed::Feed;
use crate::moment::Moment;
use crate::png;
use crate::signal::{Seed, Signal};

/// Line and number of each press.
const PRESSES: [(u8, u8); 7] = [(1, 1), (1, 2), (1, 3), (2, 4), (2, 5), (2, 6), (3, 7)];
/// The press that is shown off: it also has a camera, asks for acknowledgements and keeps the
/// fastest topics.
const SHOWN: u8 = 4;
/// Above this oil temperature in °C a press raises an alarm.
const HOT: f64 = 67.5;

pub fn all(seed: Seed) -> Vec<Box<dyn Machine>> {
    PRESSES
        .iter()
        .map(|(line, number)| Box::new(Press::new(seed, *line, *number)) as Box<dyn Machine>)
        .collect()
}

struct Press {
    base: String,
    number: u8,
    dials: Dials,
}

/// The quantities of a press. They are copied into each topic that shows them, and agree there.
#[derive(Clone, Copy)]
struct Dials {
    force_kn: Signal,
    stroke_mm: Signal,
    ram_speed: Signal,
    oil_temp_c: Signal,
    vibration: [Signal; 3],
    cycle: Signal,
    by_hand: Signal,
    stopped: Signal,
}

impl Press {
    fn new(seed: Seed, line: u8, number: u8) -> Press {
        let base = format!("factory/line-{line}/press-{number:02}");
        let seed = seed.of(&base);
        let load = 560.0 + 13.0 * f64::from(number);
        let dials = Dials {
            force_kn: seed.of("force").walk(load - 9.0, load + 9.0, 25.0),
            stroke_mm: seed.of("stroke").sine(12.0, 184.0, 8.0),
            ram_speed: seed.of("ram").walk(31.0, 46.0, 15.0),
            oil_temp_c: seed.of("oil").walk(54.0, 70.0, 180.0),
            vibration: ["x", "y", "z"].map(|axis| seed.of(axis).walk(0.01, 0.14, 3.0)),
            cycle: seed.of("cycle").counter(38_000 + 961 * u64::from(number), 8.0),
            by_hand: seed.of("by hand").toggle(0.12, 45.0),
            stopped: seed.of("stopped").toggle(0.08, 30.0),
        };
        Press { base, number, dials }
    }

    fn topic(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }

    /// What only the shown press has.
    fn showpieces(&self) -> Vec<Feed> {
        let dials = self.dials;
        vec![
            Feed::bytes(self.topic("snapshot"), move |m| snapshot(&dials, m))
                .every(10.0)
                .content_type("image/png")
                .tagged("camera", "hall-2-07"),
            Feed::json(
                self.topic("ack"),
                |m| json!({ "seq": 41_000 + m.count, "result": "stored" }),
            )
            .every(15.0)
            .at_least_once()
            .declared_json()
            .tagged("took", "31 ms"),
            // A mistake people make: the command runs again on every reconnect of the press.
            Feed::fixed(self.topic("cmd"), r#"{"cmd":"set_force","target_kn":615}"#)
                .at_least_once()
                .content_type("application/json")
                .tagged("operator", "bench-2"),
        ]
    }
}

impl Machine for Press {
    fn base(&self) -> &str {
        &self.base
    }

    fn feeds(&self) -> Vec<Feed> {
        let dials = self.dials;
        let shown = self.number == SHOWN;
        let number = self.number;
        let fast = if shown { 0.2 } else { 2.0 };
        let mut feeds = vec![
            Feed::json(self.topic("telemetry"), move |m| dials.telemetry(m))
                .every(1.0)
                .at_least_once()
                .retained()
                .declared_json()
                .expires(600)
                .asks(self.topic("ack"), b"\x9f\x3c\x11\xa2\x7e\x04")
                .tagged("schema", "press.telemetry/3")
                .tagged("site", "창원 2공장")
                .tagged("fw", "2.14.0-rc.3")
                .tagged("site", "hall-2"),
            Feed::text(self.topic("state"), move |m| dials.state(m))
                .on_change()
                .at_least_once(),
            Feed::text(self.topic("mode"), move |m| dials.mode(m))
                .on_change()
                .at_least_once(),
            Feed::json(self.topic("alarm"), move |m| dials.alarm(m))
                .on_change()
                .at_least_once(),
            Feed::number(self.topic("cycle"), dials.cycle, 0).every(8.0),
            Feed::number(self.topic("oil_temp"), dials.oil_temp_c, 1).every(1.0),
            Feed::number(self.topic("force_kn"), dials.force_kn, 1).every(fast),
            Feed::quantity(self.topic("ram_speed"), dials.ram_speed, 1, " mm/s").every(3.0),
            Feed::json(self.topic("vibration"), move |m| {
                json!(dials.vibration.map(|axis| axis.rounded(m.elapsed, 3)))
            })
            .every(fast),
            Feed::bytes(self.topic("recipe"), move |_| recipe(number))
                .once()
                .exactly_once()
                .content_type("application/cbor"),
            Feed::json(self.topic("config"), move |m| config(number, m))
                .once()
                .at_least_once()
                .declared_json(),
        ];
        if shown {
            feeds.extend(self.showpieces());
        }
        feeds
    }

    fn status(&self, m: &Moment) -> Value {
        let dials = &self.dials;
        json!({
            "machine": self.base,
            "state": dials.state(m),
            "mode": dials.mode(m),
            "cycle": dials.cycle.whole(m.elapsed),
            "force_kn": dials.force_kn.rounded(m.elapsed, 1),
            "oil_temp_c": dials.oil_temp_c.rounded(m.elapsed, 1),
            "alarms": dials.alarms(m),
            "at": m.iso(),
        })
    }
}

impl Dials {
    fn telemetry(&self, m: &Moment) -> Value {
        let t = m.elapsed;
        let [x, y, z] = self.vibration.map(|axis| axis.rounded(t, 3));
        json!({
            "seq": 41_000 + m.count,
            "ts": m.iso(),
            "force_kn": self.force_kn.rounded(t, 1),
            "stroke_mm": self.stroke_mm.rounded(t, 2),
            "oil_temp_c": self.oil_temp_c.rounded(t, 1),
            "vibration": { "x": x, "y": y, "z": z },
            "mode": self.mode(m),
            "operator": if self.by_hand.is_on(t) { json!("bench-2") } else { Value::Null },
            "tool": { "id": "T-118", "wear_pct": 12 + self.cycle.whole(t) % 60, "coolant": true },
            "alarms": self.alarms(m),
            "ok": self.alarms(m).is_empty(),
        })
    }

    fn state(&self, m: &Moment) -> &'static str {
        if self.oil_temp_c.at(m.elapsed) > HOT + 1.5 {
            "FAULT"
        } else if self.stopped.is_on(m.elapsed) {
            "IDLE"
        } else if self.by_hand.is_on(m.elapsed) {
            "SETUP"
        } else {
            "RUNNING"
        }
    }

    fn mode(&self, m: &Moment) -> &'static str {
        if self.by_hand.is_on(m.elapsed) {
            "manual"
        } else {
            "auto"
        }
    }

    fn alarms(&self, m: &Moment) -> Vec<&'static str> {
        let hot = self.oil_temp_c.at(m.elapsed) > HOT;
        let shaking = self.vibration[2].at(m.elapsed) > 0.135;
        [(hot, "oil_temp_high"), (shaking, "vibration_z")]
            .into_iter()
            .filter_map(|(raised, name)| raised.then_some(name))
            .collect()
    }

    fn alarm(&self, m: &Moment) -> Value {
        if self.oil_temp_c.at(m.elapsed) > HOT {
            json!({ "code": 118, "text": "oil temperature high", "limit_c": HOT })
        } else {
            json!({ "code": 0, "text": "none" })
        }
    }
}

fn config(number: u8, m: &Moment) -> Value {
    json!({
        "serial": format!("HP800-{:04}", 2200 + u16::from(number)),
        "fw": "2.14.0-rc.3",
        "limits": { "force_kn": 800, "oil_temp_c": HOT, "stroke_mm": [0, 190] },
        "network": {
            "ip": format!("10.27.4.{}", 100 + number), "dhcp": false, "ntp": ["10.27.0.1", "10.27.0.2"]
        },
        "commissioned": m.iso_days_ago(412),
        "notes": null,
    })
}

/// A pressing recipe as CBOR: text, numbers, nested arrays and a byte string.
fn recipe(number: u8) -> Vec<u8> {
    let text = |text: &str| Cbor::Text(text.to_owned());
    let step = |at_ms: u32, force_kn: f64| {
        Cbor::Map(vec![
            (text("at_ms"), at_ms.into()),
            (text("force_kn"), force_kn.into()),
        ])
    };
    let load = 560.0 + 13.0 * f64::from(number);
    let recipe = Cbor::Map(vec![
        (text("name"), text("T-118")),
        (text("revision"), 7.into()),
        (
            text("steps"),
            Cbor::Array(vec![
                step(0, 0.0),
                step(500, load * 0.4),
                step(1200, load),
                step(3400, 0.0),
            ]),
        ),
        (text("lubricate"), true.into()),
        (text("operator"), Cbor::Null),
        (
            text("signature"),
            Cbor::Bytes((0..32u8).map(|n| n.wrapping_mul(number) ^ 0xa5).collect()),
        ),
    ]);
    let mut bytes = Vec::new();
    ciborium::into_writer(&recipe, &mut bytes).expect("writing CBOR into memory does not fail");
    bytes
}

/// The press as its camera sees it: the ram at its height, glowing with the oil's temperature.
fn snapshot(dials: &Dials, m: &Moment) -> Vec<u8> {
    let ram = 10 + (dials.stroke_mm.at(m.elapsed) / 190.0 * 50.0) as u16;
    let heat = ((dials.oil_temp_c.at(m.elapsed) - 50.0) * 10.0).clamp(0.0, 255.0) as u8;
    png::encode(120, 90, |x, y| match (x, y) {
        (35..85, y) if y < ram => [90, 96, 104],
        (30..90, y) if (ram..ram + 8).contains(&y) => [heat, 70, 60],
        (20..100, 76..84) => [60, 64, 70],
        (15..20 | 100..105, _) => [40, 44, 52],
        _ => [(x / 2) as u8 + 150, 180 - y as u8 / 2, 170],
    })
}
