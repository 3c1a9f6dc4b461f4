//! Sparkplug B: one edge node with two devices, born again every half minute.
//!
//! Births are not retained, as the specification asks. The frequent rebirths stand in for a host
//! that requests one, so that somebody who connects late still learns the names behind the aliases.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use crate::feed::Feed;
use crate::moment::Moment;
use crate::signal::{Seed, Signal};
use crate::sparkplug::{Metric, Value, payload};

const NODE: &str = "edge-02";
const DEVICES: [&str; 2] = ["filler", "capper"];
const REBIRTH_SECONDS: f64 = 30.0;

pub fn feeds(seed: Seed) -> Vec<Feed> {
    let seed = seed.of(NODE);
    let sequence = Sequence::default();
    let memory = seed.of("memory").walk(31.0, 58.0, 60.0);
    let mut feeds = vec![
        Feed::json(
            "spBv1.0/STATE/scada-host",
            |m| json!({ "online": true, "timestamp": m.millis() }),
        )
        .once()
        .at_least_once(),
        birth(format!("spBv1.0/Plant7/NBIRTH/{NODE}"), {
            let sequence = sequence.clone();
            move |m| payload(m.millis(), &node_metrics(m, memory), sequence.restart())
        }),
    ];
    for device in DEVICES {
        let (gauges, sequence) = (Gauges::new(seed.of(device)), sequence.clone());
        feeds.push(birth(
            format!("spBv1.0/Plant7/DBIRTH/{NODE}/{device}"),
            move |m| payload(m.millis(), &gauges.metrics(m), sequence.next()),
        ));
    }
    let node_sequence = sequence.clone();
    feeds.push(
        Feed::bytes(format!("spBv1.0/Plant7/NDATA/{NODE}"), move |m| {
            let used = Metric {
                name: None,
                alias: Some(2),
                value: memory_used(m, memory),
            };
            payload(m.millis(), &[used], node_sequence.next())
        })
        .every(10.0),
    );
    for device in DEVICES {
        let (gauges, sequence) = (Gauges::new(seed.of(device)), sequence.clone());
        feeds.push(
            Feed::bytes(format!("spBv1.0/Plant7/DDATA/{NODE}/{device}"), move |m| {
                // Data names no metric: the alias from the birth is enough.
                let unnamed: Vec<Metric> = gauges
                    .metrics(m)
                    .into_iter()
                    .map(|metric| Metric { name: None, ..metric })
                    .collect();
                payload(m.millis(), &unnamed, sequence.next())
            })
            .every(2.0),
        );
    }
    feeds
}

/// All births share one tick, so that the node's comes before its devices'.
fn birth(topic: String, say: impl FnMut(&Moment) -> Vec<u8> + Send + 'static) -> Feed {
    Feed::bytes(topic, say).every(REBIRTH_SECONDS).phase(0.0)
}

fn node_metrics(m: &Moment, memory: Signal) -> Vec<Metric> {
    vec![
        Metric {
            name: Some("bdSeq"),
            alias: None,
            value: Value::UInt64(m.count % 256),
        },
        Metric {
            name: Some("Node Control/Rebirth"),
            alias: Some(1),
            value: Value::Boolean(false),
        },
        Metric {
            name: Some("Memory Used %"),
            alias: Some(2),
            value: memory_used(m, memory),
        },
        Metric {
            name: Some("Properties/Hardware"),
            alias: None,
            value: Value::Text("Revolution Pi 4".to_owned()),
        },
    ]
}

fn memory_used(m: &Moment, memory: Signal) -> Value {
    Value::Float(memory.rounded(m.elapsed, 1) as f32)
}

/// The numbers 0 to 255 that all messages of a node share; a node's birth starts again at 0.
#[derive(Clone, Default)]
struct Sequence(Arc<AtomicU64>);

impl Sequence {
    fn restart(&self) -> u8 {
        self.0.store(1, Ordering::Relaxed);
        0
    }

    fn next(&self) -> u8 {
        (self.0.fetch_add(1, Ordering::Relaxed) % 256) as u8
    }
}

#[derive(Clone, Copy)]
struct Gauges {
    level: Signal,
    flow: Signal,
    bottles: Signal,
    valve: Signal,
    offset: Signal,
}

impl Gauges {
    fn new(seed: Seed) -> Gauges {
        Gauges {
            level: seed.of("level").walk(22.0, 91.0, 50.0),
            flow: seed.of("flow").walk(3.1, 7.4, 12.0),
            bottles: seed.of("bottles").counter(77_000, 0.9),
            valve: seed.of("valve").toggle(0.6, 8.0),
            offset: seed.of("offset").walk(-40.0, 40.0, 25.0),
        }
    }

    fn metrics(&self, m: &Moment) -> Vec<Metric> {
        let t = m.elapsed;
        let metric = |alias, name, value| Metric {
            name: Some(name),
            alias: Some(alias),
            value,
        };
        vec![
            metric(10, "Tank/Level %", Value::Double(self.level.rounded(t, 2))),
            metric(11, "Tank/Flow l/s", Value::Float(self.flow.rounded(t, 2) as f32)),
            metric(12, "Bottles", Value::UInt64(self.bottles.whole(t))),
            metric(13, "Valve/Open", Value::Boolean(self.valve.is_on(t))),
            metric(
                14,
                "Scale/Offset g",
                Value::Int32(self.offset.at(t).round() as i32),
            ),
            metric(15, "Recipe", Value::Text("사과 주스 1 L".to_owned())),
        ]
    }
}
