//! Work that takes longer than an answer: it goes on by itself, tells how it stands, and is stopped when
//! somebody says so.
//!
//! A finished job stays to be read until a later one pushes it out.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;
use treetop_engine::orders::{Order, Orders};

use crate::types::recording::{JobFrame, JobState};

/// Jobs that are remembered.
const MOST: usize = 32;

/// One job.
pub(crate) struct Job {
    orders: watch::Sender<Order>,
    /// How often it changed, and how it stands.
    state: watch::Sender<(u64, JobState)>,
}

impl Job {
    pub(crate) fn order(&self, order: Order) {
        // One that was stopped does not run again.
        self.orders.send_if_modified(|now| {
            let changes = *now != Order::Stop && *now != order;
            if changes {
                *now = order;
            }
            changes
        });
    }

    pub(crate) fn orders(&self) -> Orders {
        self.orders.subscribe()
    }

    pub(crate) fn paused(&self) -> bool {
        *self.orders.borrow() == Order::Pause
    }

    fn tell(&self, state: JobState) {
        self.state.send_modify(|(revision, now)| {
            *revision += 1;
            *now = state;
        });
    }

    /// Waits for a change since a revision.
    pub(crate) fn changed(&self) -> watch::Receiver<(u64, JobState)> {
        self.state.subscribe()
    }

    pub(crate) fn frame(&self) -> JobFrame {
        let (revision, state) = self.state.borrow().clone();
        JobFrame {
            revision: revision as f64,
            state,
        }
    }

    fn is_over(&self) -> bool {
        !matches!(
            self.state.borrow().1,
            JobState::Exporting { .. }
                | JobState::Importing { .. }
                | JobState::Surveying { .. }
                | JobState::Replaying { .. }
                | JobState::Deleting { .. }
                | JobState::Restoring { .. }
        )
    }

    /// Does the work, showing its progress meanwhile and its end after it.
    pub(crate) async fn follow<P: Send + Sync + 'static>(
        &self,
        mut progress: watch::Receiver<P>,
        show: impl Fn(&P) -> JobState,
        work: impl Future<Output = JobState>,
    ) {
        tokio::pin!(work);
        let mut orders = self.orders.subscribe();
        let end = loop {
            tokio::select! {
                end = &mut work => break end,
                Ok(()) = progress.changed() => {}
                // That it pauses shows at once.
                Ok(()) = orders.changed() => {}
            }
            let state = show(&progress.borrow_and_update());
            self.tell(state);
        };
        self.tell(end);
    }
}

/// All jobs, by number.
#[derive(Default)]
pub(crate) struct Jobs {
    last: u32,
    jobs: BTreeMap<u32, Arc<Job>>,
}

impl Jobs {
    pub(crate) fn begin(&mut self, state: JobState) -> (u32, Arc<Job>) {
        let over: Vec<u32> = self
            .jobs
            .iter()
            .filter(|(_, job)| job.is_over())
            .map(|(number, _)| *number)
            .collect();
        let surplus = (self.jobs.len() + 1).saturating_sub(MOST);
        for number in over.into_iter().take(surplus) {
            self.jobs.remove(&number);
        }
        self.last += 1;
        let job = Arc::new(Job {
            orders: watch::Sender::new(Order::Run),
            state: watch::Sender::new((1, state)),
        });
        self.jobs.insert(self.last, job.clone());
        (self.last, job)
    }

    pub(crate) fn get(&self, number: f64) -> Option<Arc<Job>> {
        self.jobs.get(&(number as u32)).cloned()
    }

    /// Everything ends.
    pub(crate) fn stop_all(&self) {
        for job in self.jobs.values() {
            job.order(Order::Stop);
        }
    }
}
