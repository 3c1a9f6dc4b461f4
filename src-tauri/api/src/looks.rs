//! What the window looks at in one open connection: the tree's view, the list of retained messages, the
//! selected topic. One window, one of each.

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use treetop_engine::connection::Connection;
use treetop_engine::history::Comparison;
use treetop_engine::ingest::lock;
use treetop_engine::message::Timestamp;
use treetop_engine::moment::{Moment, TimeMachine};
use treetop_engine::retained::RetainedList;
use treetop_engine::session::packets::PacketList;
use treetop_engine::tree::Tree;
use treetop_engine::view::{Packed, TreeView};

use crate::commands::search::Searching;
use crate::commands::stream::StreamLook;
use crate::opened::OpenPayload;
use crate::types::message::MessageInfo;

/// The views of one connection.
pub(crate) struct Looks {
    pub(crate) connection: Arc<Connection>,
    pub(crate) tree: Mutex<TreeView>,
    /// The past time that is shown in place of the live tree.
    pub(crate) past: Mutex<Option<Arc<Past>>>,
    pub(crate) time: TimeMachine,
    /// What changed between two times.
    pub(crate) comparison: Latest<Comparison>,
    pub(crate) retained: Mutex<RetainedList>,
    pub(crate) packets: Mutex<PacketList>,
    pub(crate) searching: Mutex<Searching>,
    pub(crate) topic: Mutex<TopicRate>,
    /// The message of the selected topic as it was told last.
    pub(crate) told: Mutex<Option<MessageInfo>>,
    /// Held while a step reads the history.
    pub(crate) stream: tokio::sync::Mutex<StreamLook>,
    /// The payload that is looked at row by row, and the two that are compared.
    pub(crate) payload: Arc<OpenPayload>,
    /// Told when a command changed a view, so that its frame comes at once.
    pub(crate) turned: Notify,
    /// Counts commands that changed the tree's view; part of the revision of its frames.
    pub(crate) turns: Mutex<u64>,
    /// Counts the questions for rows of the tree; the latest is the one that somebody waits for.
    pub(crate) asked: AtomicU64,
    /// What of the tree was answered last.
    pub(crate) answered: Mutex<Answered>,
}

impl Looks {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self {
            connection,
            tree: Mutex::new(TreeView::new()),
            past: Mutex::default(),
            time: TimeMachine::default(),
            comparison: Latest::default(),
            retained: Mutex::default(),
            packets: Mutex::default(),
            searching: Mutex::default(),
            topic: Mutex::default(),
            told: Mutex::default(),
            stream: tokio::sync::Mutex::default(),
            payload: Arc::default(),
            turned: Notify::new(),
            turns: Mutex::default(),
            asked: AtomicU64::new(0),
            answered: Mutex::default(),
        }
    }

    /// The past time that is shown; none for the present.
    pub(crate) fn past(&self) -> Option<Arc<Past>> {
        lock(&self.past).clone()
    }

    /// Looks at the tree that is shown, of the present or of a past time.
    pub(crate) fn see<R>(&self, look: impl FnOnce(&Tree, &mut TreeView) -> R) -> R {
        match self.past() {
            Some(past) => look(&past.moment.tree, &mut lock(&past.view)),
            None => self.see_live(look),
        }
    }

    /// Looks at the tree of the present, whatever is shown.
    pub(crate) fn see_live<R>(&self, look: impl FnOnce(&Tree, &mut TreeView) -> R) -> R {
        let tree = lock(&self.connection.live.tree);
        look(&tree, &mut lock(&self.tree))
    }

    /// Changes how the tree is shown: in the past that is shown, and in the present, which every other time
    /// takes its look from.
    pub(crate) fn see_both<R>(&self, change: impl Fn(&Tree, &mut TreeView) -> R) -> R {
        let live = self.see_live(&change);
        match self.past() {
            Some(past) => change(&past.moment.tree, &mut lock(&past.view)),
            None => live,
        }
    }

    /// Tells that a command changed what is shown.
    pub(crate) fn turn(&self) {
        *lock(&self.turns) += 1;
        self.turned.notify_waiters();
    }
}

/// The tree of a past time and its view.
pub(crate) struct Past {
    pub(crate) moment: Arc<Moment>,
    pub(crate) view: Mutex<TreeView>,
    /// What had changed in the live tree when this was turned to, for the revision of frames.
    pub(crate) since: u64,
}

impl Past {
    pub(crate) fn new(moment: Arc<Moment>, packed: Packed, since: u64) -> Self {
        let view = Mutex::new(packed.unpacked(&moment.tree));
        Self { moment, view, since }
    }
}

/// The answer to the latest of many questions, each of which makes the ones before it void.
pub(crate) struct Latest<T>(Mutex<(u64, Option<Arc<T>>)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(Mutex::new((0, None)))
    }
}

impl<T> Latest<T> {
    /// Asks anew; the number of the question.
    pub(crate) fn begin(&self) -> u64 {
        let mut state = lock(&self.0);
        *state = (state.0 + 1, None);
        state.0
    }

    pub(crate) fn is_latest(&self, asked: u64) -> bool {
        lock(&self.0).0 == asked
    }

    /// Keeps an answer; false if a newer question was asked.
    pub(crate) fn put(&self, asked: u64, answer: T) -> bool {
        let mut state = lock(&self.0);
        let latest = state.0 == asked;
        if latest {
            state.1 = Some(Arc::new(answer));
        }
        latest
    }

    pub(crate) fn get(&self) -> Option<Arc<T>> {
        lock(&self.0).1.clone()
    }
}

/// The last answer to a question for rows of the tree.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answered {
    /// When; the pace counts from here.
    pub(crate) at: Timestamp,
    /// The first row, where its anchor has it now, and the count asked for. Other rows are answered at once.
    pub(crate) window: (u64, u32),
    /// The revision it told.
    pub(crate) revision: f64,
    /// Its rows change in a second or so without a message.
    pub(crate) fading: bool,
    /// The filter had not looked at everything that is there.
    pub(crate) unfinished: bool,
    /// The commands it knew of. What a later one changed is answered at once.
    pub(crate) turns: u64,
}

/// Messages per second of the selected topic, from the counts seen in the last ten seconds.
#[derive(Default)]
pub(crate) struct TopicRate {
    topic: String,
    seen: VecDeque<(Timestamp, u64)>,
}

impl TopicRate {
    /// Takes in the count of a topic and answers with its rate.
    pub(crate) fn of(&mut self, topic: &str, count: u64, now: Timestamp) -> f64 {
        if self.topic != topic {
            topic.clone_into(&mut self.topic);
            self.seen.clear();
        }
        self.seen.push_back((now, count));
        while self
            .seen
            .front()
            .is_some_and(|(at, _)| now.since(*at).as_secs_f64() > 10.0)
        {
            self.seen.pop_front();
        }
        match self.seen.front() {
            Some((at, first)) if now > *at => {
                count.saturating_sub(*first) as f64 / now.since(*at).as_secs_f64()
            }
            _ => 0.0,
        }
    }
}
