//! The plant: the table of all topics, and the loop that lets each speak when its time has come.
//!
//! One file per area holds that area's part of the table. The plant publishes straight into the
//! broker, without a connection of its own that could drop.

mod binary;
mod building;
mod changwon;
mod conveyor;
mod edge;
mod home;
mod line;
mod oddities;
mod press;
mod robot;
mod zigbee;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use serde_json::Value;

use crate::broker::Inlet;
use crate::feed::Feed;
use crate::moment::{Clock, Moment};
use crate::signal::Seed;

/// Something on a line that has topics of its own and can be asked for its status.
pub trait Machine: Send + Sync {
    /// The topic all its topics start with: `factory/line-2/press-04`.
    fn base(&self) -> &str;
    fn feeds(&self) -> Vec<Feed>;
    fn status(&self, moment: &Moment) -> Value;
}

/// All machines of all lines.
pub fn machines(seed: Seed) -> Vec<Box<dyn Machine>> {
    let mut machines = press::all(seed);
    machines.extend(conveyor::all(seed));
    machines.extend(robot::all(seed));
    machines
}

/// The table of topics.
fn feeds(seed: Seed) -> Vec<Feed> {
    let mut feeds: Vec<Feed> = machines(seed)
        .iter()
        .flat_map(|machine| machine.feeds())
        .collect();
    feeds.extend(line::feeds(seed));
    feeds.extend(binary::feeds(seed));
    feeds.extend(building::feeds(seed));
    feeds.extend(home::feeds(seed));
    feeds.extend(zigbee::feeds(seed));
    feeds.extend(edge::feeds(seed));
    feeds.extend(changwon::feeds(seed));
    feeds.extend(oddities::feeds(seed));
    feeds
}

/// The plant at work.
pub struct Plant {
    feeds: Vec<Feed>,
    inlet: Inlet,
    /// What is due next, by time and then by place in the table.
    due: BinaryHeap<Reverse<(Duration, usize)>>,
}

impl Plant {
    pub fn new(seed: Seed, inlet: Inlet) -> Plant {
        let feeds = feeds(seed);
        let due = feeds
            .iter()
            .enumerate()
            .filter_map(|(index, feed)| feed.first_tick().map(|tick| Reverse((tick, index))))
            .collect();
        Plant { feeds, inlet, due }
    }

    /// Lets every topic speak once.
    pub async fn open(&mut self, clock: Clock) {
        let opening = Moment {
            elapsed: Duration::ZERO,
            ..clock.now(0)
        };
        for feed in &mut self.feeds {
            feed.speak(opening, &self.inlet).await;
        }
    }

    /// Lets each topic speak at its ticks, without end.
    pub async fn run(mut self, clock: Clock) {
        while let Some(Reverse((tick, index))) = self.due.pop() {
            clock.wait_until(tick).await;
            let feed = &mut self.feeds[index];
            feed.speak(
                Moment {
                    elapsed: tick,
                    ..clock.now(0)
                },
                &self.inlet,
            )
            .await;
            if let Some(period) = feed.period() {
                // After a pause, such as a sleeping computer, missed ticks are not made up for.
                self.due
                    .push(Reverse(((tick + period).max(clock.elapsed()), index)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_topic_stands_twice_in_the_table_and_each_is_valid() {
        let mut seen = HashSet::new();
        for feed in feeds(Seed(7)) {
            assert!(mqtt5::is_valid_topic_name(feed.topic()), "{}", feed.topic());
            assert!(
                seen.insert(feed.topic().to_owned()),
                "{} stands twice",
                feed.topic()
            );
        }
        assert!((220..=260).contains(&seen.len()), "{} topics", seen.len());
    }
}
