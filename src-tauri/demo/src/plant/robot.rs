//! The robots: joint angles five times a second, nested poses, and frames in MessagePack.

use rmpv::Value as Pack;
use serde_json::{Value, json};

use super::Machine;
use crate::feed::Feed;
use crate::moment::Moment;
use crate::signal::{Seed, Signal, round};

const ROBOTS: [(u8, &str); 4] = [(1, "robot-a"), (1, "robot-b"), (2, "robot-a"), (3, "robot-a")];

pub fn all(seed: Seed) -> Vec<Box<dyn Machine>> {
    ROBOTS
        .iter()
        .map(|(line, name)| Box::new(Robot::new(seed, *line, name)) as Box<dyn Machine>)
        .collect()
}

struct Robot {
    base: String,
    arm: Arm,
}

#[derive(Clone, Copy)]
struct Arm {
    joints: [Signal; 6],
    gripping: Signal,
    paused: Signal,
    program: Signal,
}

impl Robot {
    fn new(seed: Seed, line: u8, name: &str) -> Robot {
        let base = format!("factory/line-{line}/{name}");
        let seed = seed.of(&base);
        let joints = ["j1", "j2", "j3", "j4", "j5", "j6"].map(|joint| {
            let seed = seed.of(joint);
            let reach = 30.0 + 60.0 * seed.unit(1);
            seed.sine(-reach, reach, 6.0 + 6.0 * seed.unit(2))
        });
        let arm = Arm {
            joints,
            gripping: seed.of("gripping").toggle(0.5, 6.0),
            paused: seed.of("paused").toggle(0.06, 40.0),
            program: seed.of("program").counter(1, 90.0),
        };
        Robot { base, arm }
    }

    fn topic(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }
}

impl Machine for Robot {
    fn base(&self) -> &str {
        &self.base
    }

    fn feeds(&self) -> Vec<Feed> {
        let arm = self.arm;
        let mut feeds = vec![
            Feed::json(self.topic("joints"), move |m| json!(arm.angles(m))).every(0.2),
            Feed::json(self.topic("pose"), move |m| arm.pose(m))
                .every(1.0)
                .declared_json(),
            Feed::text(self.topic("state"), move |m| arm.state(m))
                .on_change()
                .at_least_once(),
            Feed::json(self.topic("gripper"), move |m| {
                json!({
                    "closed": arm.gripping.is_on(m.elapsed),
                    "pressure_bar": if arm.gripping.is_on(m.elapsed) { 5.8 } else { 0.0 }
                })
            })
            .every(3.0),
            Feed::text(self.topic("program"), move |m| arm.program_name(m)).on_change(),
            Feed::bytes(self.topic("frame"), move |m| arm.frame(m))
                .every(4.0)
                .content_type("application/msgpack"),
        ];
        if self.base == "factory/line-2/robot-a" {
            // A mistake people make: a retained command sends the arm off at every reconnect.
            feeds.push(Feed::fixed(self.topic("cmd/goto"), "1").exactly_once());
        }
        feeds
    }

    fn status(&self, m: &Moment) -> Value {
        json!({
            "machine": self.base,
            "state": self.arm.state(m),
            "program": self.arm.program_name(m),
            "joints_deg": self.arm.angles(m),
            "at": m.iso(),
        })
    }
}

impl Arm {
    fn angles(&self, m: &Moment) -> [f64; 6] {
        self.joints.map(|joint| joint.rounded(m.elapsed, 2))
    }

    fn pose(&self, m: &Moment) -> Value {
        let [a, b, c, d, e, f] = self.angles(m);
        json!({
            "frame": "base",
            "position_mm": { "x": round(400.0 + a, 1), "y": round(b * 2.0, 1), "z": round(310.0 + c, 1) },
            "rotation_deg": { "rx": d, "ry": e, "rz": f },
            "reachable": true,
        })
    }

    fn state(&self, m: &Moment) -> &'static str {
        if self.paused.is_on(m.elapsed) {
            "PAUSED"
        } else {
            "RUNNING"
        }
    }

    fn program_name(&self, m: &Moment) -> &'static str {
        ["pick_place", "palletize", "weld_seam", "home"][(self.program.whole(m.elapsed) % 4) as usize]
    }

    /// A controller frame in MessagePack: integers, floats, a boolean, nil and raw bytes.
    fn frame(&self, m: &Moment) -> Vec<u8> {
        let angles = self.angles(m).into_iter().map(Pack::from).collect();
        let frame = Pack::Map(vec![
            ("n".into(), m.count.into()),
            ("ts".into(), m.millis().into()),
            ("joints".into(), Pack::Array(angles)),
            (
                "torque".into(),
                Pack::Array((0..6).map(|joint| (joint * 3 - 7).into()).collect()),
            ),
            ("estop".into(), false.into()),
            ("fault".into(), Pack::Nil),
            (
                "crc".into(),
                Pack::Binary((m.count as u32).wrapping_mul(0x9e37_79b9).to_be_bytes().to_vec()),
            ),
        ]);
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &frame).expect("writing MessagePack into memory does not fail");
        bytes
    }
}
