//! What waits to be written: a queue that never blocks who submits, bounded by rows and by bytes.
//!
//! Only QoS 0 is refused when it is full. QoS 1 and 2 are always taken: the receive maximum of the
//! connection bounds them, because they are acknowledged only after they are written. It knows no
//! file and no SQL.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::error::HistoryError;
use super::submission::{Refused, Row, Submission};
use crate::message::{MessageId, QoS};

/// Rows that are worth a commit.
const MUCH: usize = 500;

/// How much may wait before QoS 0 is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows.
    pub rows: usize,
    /// Bytes in memory, estimated.
    pub bytes: usize,
}

impl Default for Limits {
    /// A broker sends a million retained messages faster than their topics are written for the first time; most
    /// of them have to fit.
    fn default() -> Self {
        Self {
            rows: 1_000_000,
            bytes: 256 << 20,
        }
    }
}

/// How much waits, what is being written included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Rows.
    pub rows: usize,
    /// Bytes in memory, estimated.
    pub bytes: usize,
}

/// Whether anything is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    Open,
    ReadOnly,
    Closed,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<Submission>,
    /// When something came while nothing waited; `None` while nothing waits.
    since: Option<Instant>,
    backlog: Backlog,
    last: MessageId,
    gate: Gate,
    /// Somebody waits for the commit of what waits, or it is much.
    pressing: bool,
}

/// The queue between who submits and the writer.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    limits: Limits,
    wake: Notify,
}

impl Queue {
    pub(super) fn new(last: MessageId, limits: Limits, gate: Gate) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            since: None,
            backlog: Backlog::default(),
            last,
            gate,
            pressing: false,
        };
        Self {
            state: Mutex::new(state),
            limits,
            wake: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics between two fields that belong together, so a poisoned lock is still good.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn last_id(&self) -> MessageId {
        self.state().last
    }

    pub(super) fn backlog(&self) -> Backlog {
        self.state().backlog
    }

    pub(super) fn submit(&self, mut submission: Submission) -> Result<(), Refused> {
        let mut state = self.state();
        match state.gate {
            Gate::Open => {}
            Gate::ReadOnly => return Err(Refused::ReadOnly(submission)),
            Gate::Closed => return Err(Refused::Closed(submission)),
        }
        let mut last = state.last;
        for row in &submission.rows {
            if row.id <= last {
                return Err(Refused::OutOfOrder(submission));
            }
            last = row.id;
        }
        state.last = last;
        let mut backlog = state.backlog;
        let refused: Vec<Row> = submission
            .rows
            .extract_if(.., |row| {
                let bytes = row.bytes();
                // A row that is larger than the bound has to come through when nothing else waits.
                let full = backlog.rows >= self.limits.rows
                    || backlog.bytes > 0 && backlog.bytes + bytes > self.limits.bytes;
                if full && row.message.qos == QoS::AtMostOnce {
                    return true;
                }
                backlog.rows += 1;
                backlog.bytes += bytes;
                false
            })
            .collect();
        state.backlog = backlog;
        state.pressing |= backlog.rows >= MUCH
            || submission.packet_ids.is_some()
            || submission.rows.is_empty()
            || submission
                .rows
                .iter()
                .any(|row| row.message.qos != QoS::AtMostOnce);
        state.since.get_or_insert_with(Instant::now);
        state.waiting.push_back(submission);
        drop(state);
        self.wake.notify_one();
        if refused.is_empty() {
            Ok(())
        } else {
            Err(Refused::Backlog(refused))
        }
    }

    /// Takes nothing more; what waits is still handed out.
    pub(super) fn close(&self) {
        let mut state = self.state();
        if state.gate == Gate::Open {
            state.gate = Gate::Closed;
        }
        drop(state);
        self.wake.notify_one();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().gate != Gate::Open
    }

    pub(super) fn has_waiting(&self) -> bool {
        !self.state().waiting.is_empty()
    }

    /// Waits until something waits or the queue is closed. Only the writer may wait.
    pub(super) async fn ready(&self) {
        while !self.has_waiting() && !self.is_closed() {
            self.wake.notified().await;
        }
    }

    /// Waits until what waits is worth a commit of its own: much, or something that the broker waits for; or until
    /// it has waited for so long. A trickle of QoS 0 would otherwise be a commit a message. Only the writer may wait.
    pub(super) async fn gather(&self, most: Duration) {
        let since = self.state().since.unwrap_or_else(Instant::now);
        let pressing = async {
            while !self.state().pressing && !self.is_closed() {
                self.wake.notified().await;
            }
        };
        // Either is reason enough to write.
        let _ = timeout_at(since + most, pressing).await;
    }

    /// Whether [`Queue::gather`] would wait no longer.
    pub(super) fn is_gathered(&self, most: Duration) -> bool {
        let state = self.state();
        state.pressing || state.since.is_some_and(|since| since.elapsed() >= most)
    }

    /// Waits until the queue is closed.
    pub(super) async fn closed(&self) {
        while !self.is_closed() {
            self.wake.notified().await;
        }
    }

    /// The next submissions, whole, until they have `rows` rows or `bytes` bytes or nothing waits.
    pub(super) fn take(&self, rows: usize, bytes: usize) -> Vec<Submission> {
        let mut state = self.state();
        let (mut taken, mut taken_rows, mut taken_bytes) = (Vec::new(), 0, 0);
        while taken_rows < rows && taken_bytes < bytes {
            let Some(submission) = state.waiting.pop_front() else {
                break;
            };
            taken_rows += submission.rows.len();
            taken_bytes += submission.rows.iter().map(Row::bytes).sum::<usize>();
            taken.push(submission);
        }
        if state.waiting.is_empty() {
            state.pressing = false;
            state.since = None;
        }
        taken
    }

    /// Answers submissions that were taken and lets their room go.
    pub(super) fn settle(&self, submissions: Vec<Submission>, result: &Result<(), HistoryError>) {
        let rows: usize = submissions.iter().map(|submission| submission.rows.len()).sum();
        let bytes: usize = submissions
            .iter()
            .flat_map(|submission| &submission.rows)
            .map(Row::bytes)
            .sum();
        let mut state = self.state();
        state.backlog.rows -= rows;
        state.backlog.bytes -= bytes;
        drop(state);
        for submission in submissions {
            (submission.committed)(result.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::message::Message;
    use crate::message::tests::large_properties;

    fn row(id: i64, qos: QoS) -> Row {
        let message = Message {
            topic: "t".into(),
            payload: bytes::Bytes::from(vec![0; 100]),
            qos,
            retain: false,
            dup: false,
            properties: None,
        };
        Row {
            id: MessageId(id),
            message,
            marks: 0,
        }
    }

    fn submission(rows: Vec<Row>) -> Submission {
        Submission {
            rows,
            packet_ids: None,
            committed: Box::new(|_| ()),
        }
    }

    #[test]
    fn a_full_backlog_refuses_qos_0_and_nothing_else() {
        let queue = Queue::new(
            MessageId(0),
            Limits {
                rows: 2,
                bytes: 1 << 20,
            },
            Gate::Open,
        );
        let rows = vec![
            row(1, QoS::AtMostOnce),
            row(2, QoS::AtLeastOnce),
            row(3, QoS::AtMostOnce),
            row(4, QoS::ExactlyOnce),
        ];
        let Err(Refused::Backlog(refused)) = queue.submit(submission(rows)) else {
            panic!("not refused")
        };
        assert_eq!(refused.iter().map(|row| row.id.0).collect::<Vec<_>>(), [3]);
        assert_eq!(queue.backlog().rows, 3);
        assert!(queue.submit(submission(vec![row(5, QoS::AtLeastOnce)])).is_ok());

        let taken = queue.take(usize::MAX, usize::MAX);
        let ids: Vec<_> = taken
            .iter()
            .flat_map(|taken| &taken.rows)
            .map(|row| row.id.0)
            .collect();
        assert_eq!(ids, [1, 2, 4, 5]);
        queue.settle(taken, &Ok(()));
        assert_eq!(queue.backlog(), Backlog::default());
        assert!(queue.submit(submission(vec![row(6, QoS::AtMostOnce)])).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_trickle_of_qos_0_is_gathered() {
        let queue = Queue::new(MessageId(0), Limits::default(), Gate::Open);
        let most = Duration::from_millis(50);
        let waited = async |queue: &Queue| {
            let from = tokio::time::Instant::now();
            queue.gather(most).await;
            from.elapsed()
        };
        queue.submit(submission(vec![row(1, QoS::AtMostOnce)])).unwrap();
        assert!(waited(&queue).await >= most);
        queue.submit(submission(vec![row(2, QoS::AtLeastOnce)])).unwrap();
        assert_eq!(waited(&queue).await, Duration::ZERO, "the broker waits");
        queue.settle(queue.take(usize::MAX, usize::MAX), &Ok(()));
        let many = (3..3 + MUCH as i64).map(|id| row(id, QoS::AtMostOnce)).collect();
        queue.submit(submission(many)).unwrap();
        assert_eq!(waited(&queue).await, Duration::ZERO, "they are many");
        queue.settle(queue.take(usize::MAX, usize::MAX), &Ok(()));
        assert!(waited(&queue).await >= most);
        queue.close();
        assert_eq!(waited(&queue).await, Duration::ZERO, "nothing more comes");
    }

    #[test]
    fn bytes_bound_it_as_rows_do() {
        let queue = Queue::new(
            MessageId(0),
            Limits {
                rows: 100,
                bytes: 1_000,
            },
            Gate::Open,
        );
        let rows = (1..=10).map(|id| row(id, QoS::AtMostOnce)).collect();
        let Err(Refused::Backlog(refused)) = queue.submit(submission(rows)) else {
            panic!("not refused")
        };
        assert!(!refused.is_empty() && refused.len() < 10);
        assert!(queue.backlog().bytes <= 1_000);
    }

    #[test]
    fn every_property_counts() {
        let limits = Limits {
            rows: 100,
            bytes: 380_000,
        };
        for (name, properties) in large_properties() {
            let queue = Queue::new(MessageId(0), limits, Gate::Open);
            let rows = (1..=10).map(|id| {
                let mut row = row(id, QoS::AtMostOnce);
                row.message.properties = Some(Box::new(properties.clone()));
                row
            });
            let Err(Refused::Backlog(refused)) = queue.submit(submission(rows.collect())) else {
                panic!("{name} does not count")
            };
            assert_eq!((refused.len(), queue.backlog().rows), (5, 5), "{name}");
            queue.settle(queue.take(usize::MAX, usize::MAX), &Ok(()));
            assert_eq!(queue.backlog(), Backlog::default());
        }
    }

    #[test]
    fn a_row_larger_than_all_bytes_comes_through_alone() {
        let limits = Limits { rows: 100, bytes: 50 };
        let queue = Queue::new(MessageId(0), limits, Gate::Open);
        assert!(queue.submit(submission(vec![row(1, QoS::AtMostOnce)])).is_ok());
        let second = queue.submit(submission(vec![row(2, QoS::AtMostOnce)]));
        assert!(matches!(second, Err(Refused::Backlog(rows)) if rows.len() == 1));
    }

    #[test]
    fn ids_that_do_not_ascend_are_refused_whole() {
        let queue = Queue::new(MessageId(7), Limits::default(), Gate::Open);
        for ids in [vec![7], vec![9, 8], vec![8, 8]] {
            let rows = ids.into_iter().map(|id| row(id, QoS::AtLeastOnce)).collect();
            assert!(matches!(
                queue.submit(submission(rows)),
                Err(Refused::OutOfOrder(_))
            ));
        }
        assert_eq!(
            (queue.last_id(), queue.backlog()),
            (MessageId(7), Backlog::default())
        );
    }
}
