//! The timeline of a connection as marks and gaps on a line a few hundred pixels long.

use treetop_engine::history::{Changed, Fate, Value};
use treetop_engine::message::Timestamp;
use treetop_engine::payload::Known;

use super::message::preview;
use crate::types::chart::Gap;
use crate::types::session::TimelineEvent;
use crate::types::time::{TimeMark, TimeMarkKind, TopicChange, TopicFate, TopicValue};

/// Marks and gaps that one answer holds at most.
pub(crate) const MOST_MARKS: usize = 500;

/// Milliseconds of the window, which have microseconds as their fraction.
pub(crate) fn timestamp(millis: f64) -> Timestamp {
    Timestamp((millis * 1000.0).round() as i64)
}

fn mark(event: &TimelineEvent) -> Option<TimeMarkKind> {
    Some(match event {
        TimelineEvent::Connected {
            session_present: true,
            ..
        } => TimeMarkKind::Resumed,
        TimelineEvent::Connected { .. } => TimeMarkKind::Connected,
        TimelineEvent::Lost { .. } => TimeMarkKind::Lost,
        TimelineEvent::Refused { .. } => TimeMarkKind::Refused,
        TimelineEvent::Missed { .. } => TimeMarkKind::Missed,
        TimelineEvent::Stopped => TimeMarkKind::Stopped,
        _ => return None,
    })
}

/// The events that have a mark, in the order given.
pub(crate) fn marks(events: &[(Timestamp, TimelineEvent)]) -> Vec<TimeMark> {
    let marked = events.iter().filter_map(|(at, event)| {
        Some(TimeMark {
            at: at.millis(),
            kind: mark(event)?,
        })
    });
    marked.collect()
}

/// No more marks than can be told apart between two times: of those that fall together, the gravest.
pub(crate) fn thinned(marks: Vec<TimeMark>, from: f64, to: f64) -> Vec<TimeMark> {
    if marks.len() <= MOST_MARKS {
        return marks;
    }
    let width = ((to - from) / MOST_MARKS as f64).max(f64::MIN_POSITIVE);
    let mut thinned: Vec<(usize, TimeMark)> = Vec::new();
    for mark in marks {
        let place = (((mark.at - from) / width).max(0.0) as usize).min(MOST_MARKS - 1);
        match thinned.last_mut() {
            Some((last, kept)) if *last == place => {
                if mark.kind > kept.kind {
                    *kept = mark;
                }
            }
            _ => thinned.push((place, mark)),
        }
    }
    thinned.into_iter().map(|(_, mark)| mark).collect()
}

/// Stretches without a connection.
#[derive(Default)]
pub(crate) struct Offline {
    pub(crate) gaps: Vec<(Timestamp, Timestamp)>,
    /// Connections before which nothing says when the one before ended: the process did not live to write
    /// it down.
    pub(crate) unclear: Vec<Timestamp>,
    /// There is no connection since then.
    pub(crate) since: Option<Timestamp>,
}

impl Offline {
    /// Reads the timeline, oldest first.
    pub(crate) fn of(events: &[(Timestamp, TimelineEvent)]) -> Self {
        let mut offline = Self::default();
        for (at, event) in events {
            match event {
                TimelineEvent::Connected { .. } => match offline.since.take() {
                    Some(since) => offline.gaps.push((since, *at)),
                    None => offline.unclear.push(*at),
                },
                TimelineEvent::Lost { .. } | TimelineEvent::Refused { .. } | TimelineEvent::Stopped => {
                    offline.since.get_or_insert(*at);
                }
                _ => {}
            }
        }
        offline
    }
}

/// Gaps in order, those that can't be told apart between two times as one.
pub(crate) fn joined(mut gaps: Vec<(Timestamp, Timestamp)>, from: f64, to: f64) -> Vec<Gap> {
    gaps.sort_unstable();
    let width = (to - from) / MOST_MARKS as f64;
    let mut joined: Vec<Gap> = Vec::new();
    for (begin, end) in gaps {
        let (begin, end) = (begin.millis().max(from), end.millis().min(to));
        if end <= begin {
            continue;
        }
        match joined.last_mut() {
            Some(last) if begin - last.to <= width => last.to = last.to.max(end),
            _ => joined.push(Gap { from: begin, to: end }),
        }
    }
    joined.truncate(MOST_MARKS);
    joined
}

pub(crate) fn fate(fate: TopicFate) -> Fate {
    match fate {
        TopicFate::Appeared => Fate::Appeared,
        TopicFate::Updated => Fate::Updated,
        TopicFate::Silent => Fate::Silent,
    }
}

pub(crate) fn change(changed: Changed, known: Option<&Known>) -> TopicChange {
    let Changed {
        topic,
        messages,
        before,
        after,
        same,
    } = changed;
    let value = |value: Value| TopicValue {
        received: value.id.received().millis(),
        preview: preview(&value.prefix, value.size as usize, &topic, None, known),
    };
    TopicChange {
        before: before.map(value),
        after: after.map(value),
        messages: messages as f64,
        same,
        topic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::session::Failure;

    fn at(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1_000_000)
    }

    fn connected(seconds: i64, session_present: bool) -> (Timestamp, TimelineEvent) {
        let event = TimelineEvent::Connected {
            session_present,
            away_millis: None,
        };
        (at(seconds), event)
    }

    fn lost(seconds: i64) -> (Timestamp, TimelineEvent) {
        let failure = Failure::Lost {
            detail: String::new(),
        };
        (at(seconds), TimelineEvent::Lost { failure })
    }

    #[test]
    fn a_gap_lasts_from_the_loss_to_the_return() {
        let events = [
            connected(10, false),
            lost(20),
            (at(25), TimelineEvent::Stopped),
            connected(40, true),
            connected(60, false),
            lost(70),
        ];
        let offline = Offline::of(&events);
        assert_eq!(offline.gaps, [(at(20), at(40))]);
        assert_eq!(offline.unclear, [at(10), at(60)]);
        assert_eq!(offline.since, Some(at(70)));
        let kinds: Vec<TimeMarkKind> = marks(&events).iter().map(|mark| mark.kind).collect();
        use TimeMarkKind::{Connected, Lost, Resumed, Stopped};
        assert_eq!(kinds, [Connected, Lost, Stopped, Resumed, Connected, Lost]);
    }

    #[test]
    fn of_marks_that_fall_together_the_gravest_stays() {
        let mark = |at, kind| TimeMark { at, kind };
        let mut marks: Vec<TimeMark> = (0..100_000)
            .map(|at| mark(f64::from(at), TimeMarkKind::Connected))
            .collect();
        marks[50_001].kind = TimeMarkKind::Missed;
        let thinned = thinned(marks, 0.0, 100_000.0);
        assert_eq!(thinned.len(), MOST_MARKS);
        assert!(thinned.contains(&mark(50_001.0, TimeMarkKind::Missed)));
        assert!(thinned.is_sorted_by(|one, next| one.at < next.at));
    }

    #[test]
    fn gaps_that_touch_on_the_line_are_one() {
        let gaps = vec![
            (at(800), at(900)),
            (at(100), at(200)),
            (at(201), at(300)),
            (at(990), at(2_000)),
        ];
        let joined = joined(gaps, 0.0, 1_000_000.0);
        let seconds: Vec<(f64, f64)> = joined
            .iter()
            .map(|gap| (gap.from / 1000.0, gap.to / 1000.0))
            .collect();
        assert_eq!(seconds, [(100.0, 300.0), (800.0, 900.0), (990.0, 1_000.0)]);
    }

    #[test]
    fn milliseconds_keep_their_microseconds() {
        let stamp = Timestamp(1_712_345_678_901_234);
        assert_eq!(timestamp(stamp.millis()), stamp);
    }
}
