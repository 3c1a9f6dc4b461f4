//! What the window looks at in one open connection: the tree's view, the list of retained messages, the
//! selected topic. One window, one of each.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use treetop_engine::connection::Connection;
use treetop_engine::message::Timestamp;
use treetop_engine::retained::RetainedList;
use treetop_engine::session::packets::PacketList;
use treetop_engine::view::TreeView;

use crate::commands::search::Searching;
use crate::commands::stream::StreamLook;
use crate::opened::OpenPayload;

/// The views of one connection.
pub(crate) struct Looks {
    pub(crate) connection: Arc<Connection>,
    pub(crate) tree: Mutex<TreeView>,
    pub(crate) retained: Mutex<RetainedList>,
    pub(crate) packets: Mutex<PacketList>,
    pub(crate) searching: Mutex<Searching>,
    pub(crate) topic: Mutex<TopicRate>,
    /// Held while a step reads the history.
    pub(crate) stream: tokio::sync::Mutex<StreamLook>,
    /// The payload that is looked at row by row, and the two that are compared.
    pub(crate) payload: Arc<OpenPayload>,
    /// Told when a command changed a view, so that its frame comes at once.
    pub(crate) turned: Notify,
    /// Counts commands that changed the tree's view; part of the revision of its frames.
    pub(crate) turns: Mutex<u64>,
    /// What of the tree was answered last.
    pub(crate) answered: Mutex<Answered>,
}

impl Looks {
    pub(crate) fn new(connection: Arc<Connection>) -> Self {
        Self {
            connection,
            tree: Mutex::new(TreeView::new()),
            retained: Mutex::default(),
            packets: Mutex::default(),
            searching: Mutex::default(),
            topic: Mutex::default(),
            stream: tokio::sync::Mutex::default(),
            payload: Arc::default(),
            turned: Notify::new(),
            turns: Mutex::default(),
            answered: Mutex::default(),
        }
    }
}

/// The last answer to a question for rows of the tree.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answered {
    /// When; the pace counts from here.
    pub(crate) at: Timestamp,
    /// Its first row and the count asked for. Other rows are answered at once.
    pub(crate) window: (u64, u32),
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
