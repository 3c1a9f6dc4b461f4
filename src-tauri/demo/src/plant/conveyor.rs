//! The conveyors: a few plain values each, with units in the value, in the key, or nowhere.

use serde_json::{Value, json};

use super::Machine;
use crate::feed::Feed;
use crate::moment::Moment;
use crate::signal::{Seed, Signal};

pub fn all(seed: Seed) -> Vec<Box<dyn Machine>> {
    let lines = (1..=3u8).flat_map(|line| ["in", "out"].map(|end| (line, end)));
    lines
        .map(|(line, end)| Box::new(Conveyor::new(seed, line, end)) as Box<dyn Machine>)
        .collect()
}

struct Conveyor {
    base: String,
    speed: Signal,
    load: Signal,
    jammed: Signal,
    pieces: Signal,
}

impl Conveyor {
    fn new(seed: Seed, line: u8, end: &str) -> Conveyor {
        let base = format!("factory/line-{line}/conveyor-{end}");
        let seed = seed.of(&base);
        Conveyor {
            base,
            speed: seed.of("speed").walk(0.31, 0.55, 20.0),
            load: seed.of("load").walk(2.0, 96.0, 30.0),
            jammed: seed.of("jammed").toggle(0.04, 20.0),
            pieces: seed.of("pieces").counter(9_000, 2.5),
        }
    }

    fn topic(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }
}

impl Machine for Conveyor {
    fn base(&self) -> &str {
        &self.base
    }

    fn feeds(&self) -> Vec<Feed> {
        let (load, jammed) = (self.load, self.jammed);
        vec![
            Feed::quantity(self.topic("speed"), self.speed, 2, " m/s"),
            Feed::json(
                self.topic("load"),
                move |m| json!({ "load_pct": load.rounded(m.elapsed, 1) }),
            )
            .every(5.0),
            Feed::text(self.topic("jammed"), move |m| jammed.is_on(m.elapsed)).on_change(),
            Feed::number(self.topic("pieces"), self.pieces, 0).every(2.5),
        ]
    }

    fn status(&self, m: &Moment) -> Value {
        json!({
            "machine": self.base,
            "state": if self.jammed.is_on(m.elapsed) { "JAMMED" } else { "RUNNING" },
            "speed_m_s": self.speed.rounded(m.elapsed, 2),
            "pieces": self.pieces.whole(m.elapsed),
            "at": m.iso(),
        })
    }
}
