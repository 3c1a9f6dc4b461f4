//! The tree: only the rows in view, when they changed, at the pace of the view.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use treetop_engine::ingest::lock;
use treetop_engine::message::Timestamp;
use treetop_engine::tree::{NodeId, Tree};
use treetop_engine::view;

use crate::api::{Api, LONGEST_CALM, LONGEST_WAIT, longest_wait};
use crate::commands::decoders::Decoding;
use crate::looks::{Answered, Looks};
use crate::types::error::ApiError;
use crate::types::tree::{
    Activity, Busiest, Busy, BusyBy, FilterMode, TreeFilter, TreeFrame, TreeFrom, TreeRow, TreeSort,
    TreeTarget, TreeWindow,
};
use crate::wire;

/// The pace of the tree where messages come all the time: the first after a while is shown at once, then five
/// frames a second. Each is drawn by the processor where there is no GPU.
const PACE: Duration = Duration::from_millis(200);
/// Rows that one frame holds at most.
const MOST_ROWS: u32 = 500;
/// Topics that a search answers at most.
const MOST_FOUND: usize = 100;
/// Topics, and branches, that the list of the busiest holds at most.
const MOST_BUSY: usize = 100;
/// How long a frame waits for something large under way, such as a branch that is being opened, before
/// it shows how far it came.
const PATIENCE: Duration = Duration::from_millis(40);
/// Between two steps of it others get the tree.
const BREATH: Duration = Duration::from_millis(1);

/// How long a filter may search before what it has found so far is answered.
const LONGEST_SEARCH: Duration = Duration::from_millis(40);
/// How long it holds the tree at a time.
const SEARCH_PIECE: Duration = Duration::from_millis(2);
/// How long it lets others have it.
const SEARCH_PAUSE: Duration = Duration::from_micros(50);

impl Api {
    /// The rows in view. Answers when they may have changed against the known revision, at once after a
    /// command, and with nothing if they did not change for a second.
    pub async fn tree_frame(&self, id: String, window: TreeWindow) -> Result<Option<TreeFrame>, ApiError> {
        let looks = self.looks(&id)?;
        let live = &looks.connection.live;
        let mut changed = live.changed.subscribe();
        let asked = (window.first.max(0.0) as u64, window.count.min(MOST_ROWS));
        // A command from here on is not missed.
        let mut turned = pin!(looks.turned.notified());
        turned.as_mut().enable();
        let answered = *lock(&looks.answered);
        let question = looks.asked.fetch_add(1, Ordering::Relaxed) + 1;
        let known = window.revision != 0.0 && window.revision == answered.revision;
        if known && answered.window == asked && answered.turns == *lock(&looks.turns) {
            let wake = async {
                // A change of what arrives keeps the pace; a command does not wait.
                tokio::time::sleep(PACE.saturating_sub(Timestamp::now().since(answered.at))).await;
                if answered.unfinished || revision(&looks) != window.revision {
                    return;
                }
                // What arrives does not change the past.
                match looks.past() {
                    Some(_) => std::future::pending().await,
                    None => drop(changed.changed().await),
                }
            };
            tokio::select! {
                () = wake => {}
                () = turned => {}
                () = tokio::time::sleep(if answered.fading { longest_wait(live) } else { LONGEST_CALM }) => {}
            }
        }
        // Who asks again, as for other rows, waits no more for the answer to this.
        if looks.asked.load(Ordering::Relaxed) != question {
            return Ok(None);
        }
        let searched = search(&looks).await;
        let decoding = self.decoding(&id).await?;
        let now = Timestamp::now();
        let turns = *lock(&looks.turns);
        let revision = revision(&looks);
        loop {
            let left = Timestamp::now().since(now) < PATIENCE;
            match frame(&looks, &decoding, &window, revision) {
                (_, true) if left => tokio::time::sleep(BREATH).await,
                (frame, unfinished) => {
                    if unfinished || frame.searching.is_some() {
                        // The next question is not to wait for something to arrive.
                        *lock(&looks.turns) += 1;
                    }
                    *lock(&looks.answered) = Answered {
                        at: now,
                        // The window follows its anchor.
                        window: (asked.0.saturating_add_signed(frame.moved as i64), asked.1),
                        revision,
                        turns,
                        fading: is_fading(&frame),
                        unfinished: !searched,
                    };
                    return Ok(Some(frame));
                }
            }
        }
    }

    pub async fn tree_expand(
        &self,
        id: String,
        node: u32,
        expanded: bool,
        branch: bool,
    ) -> Result<(), ApiError> {
        self.turn(&id, |looks| {
            // A number from before the connection was opened again names nothing.
            let Some(topic) = looks.see(|tree, _| tree.node_id(node).map(|node| tree.topic(node))) else {
                return;
            };
            looks.see_both(|tree, view| {
                if let Some(node) = tree.find(&topic) {
                    view.set_expanded(tree, node, expanded, branch);
                }
            });
        })
    }

    pub async fn tree_collapse_all(&self, id: String) -> Result<(), ApiError> {
        self.turn(&id, |looks| looks.see_both(|_, view| view.collapse_all()))
    }

    /// Answers how the filter is read. What it finds comes with the next frames; one that cannot be read
    /// changes nothing.
    pub async fn tree_filter(&self, id: String, filter: TreeFilter) -> Result<FilterMode, ApiError> {
        let text = filter.text.clone();
        let wanted = wire::filter::wanted(filter);
        let mut read_as = Ok(view::FilterMode::Text);
        self.turn(&id, |looks| {
            read_as = looks.see_both(|tree, view| view.narrow(tree, wanted.clone()));
        })?;
        read_as
            .map(wire::filter::mode)
            .map_err(|problem| wire::filter::problem(problem, &text))
    }

    /// The next topic that the filter names, or the one before, with the branches above it opened.
    pub async fn tree_hit(
        &self,
        id: String,
        from: Option<String>,
        backwards: bool,
    ) -> Result<Option<TreeTarget>, ApiError> {
        let looks = self.looks(&id)?;
        search(&looks).await;
        let mut found = None;
        self.turn(&id, |looks| {
            found = looks.see(|tree, view| {
                let from = from.and_then(|topic| tree.find(&topic));
                let hit = view.next_hit(tree, from, backwards)?;
                let topic = tree.topic(hit);
                view.expand_to(tree, &topic).map(|row| TreeTarget {
                    row: row as f64,
                    node: hit.raw(),
                    topic,
                })
            });
        })?;
        Ok(found)
    }

    pub async fn tree_sort(&self, id: String, sort: TreeSort) -> Result<(), ApiError> {
        let sort = match sort {
            TreeSort::Name => view::Sort::Name,
            TreeSort::Messages => view::Sort::Messages,
            TreeSort::Rate => view::Sort::Rate,
            TreeSort::Latest => view::Sort::Latest,
            TreeSort::Size => view::Sort::Size,
        };
        self.turn(&id, |looks| looks.see_both(|_, view| view.set_sort(sort)))
    }

    pub async fn tree_hold(&self, id: String, held: bool) -> Result<(), ApiError> {
        // What was held back is shown at once.
        self.turn(&id, |looks| looks.see_both(|_, view| view.hold(held)))
    }

    pub async fn tree_pause(&self, id: String, paused: bool) -> Result<(), ApiError> {
        self.turn(&id, |looks| lock(&looks.tree).pause(paused))
    }

    /// Expands the branches above a topic; answers with its row.
    pub async fn tree_reveal(&self, id: String, topic: String) -> Result<Option<TreeTarget>, ApiError> {
        let looks = self.looks(&id)?;
        search(&looks).await;
        let mut found = None;
        self.turn(&id, |looks| {
            found = looks.see_both(|tree, view| view.expand_to(tree, &topic).zip(tree.find(&topic)));
        })?;
        Ok(found.map(|(row, node)| TreeTarget {
            row: row as f64,
            node: node.raw(),
            topic,
        }))
    }

    /// The row of a topic, or of the nearest branch around it that is shown. Opens nothing.
    pub async fn tree_place(&self, id: String, topic: String) -> Result<Option<f64>, ApiError> {
        let looks = self.looks(&id)?;
        let row = looks.see(|tree, view| view.nearest(tree, tree.find(&topic)?));
        Ok(row.map(|row| row as f64))
    }

    pub async fn tree_parent(&self, id: String, from: TreeFrom) -> Result<Option<TreeTarget>, ApiError> {
        let looks = self.looks(&id)?;
        Ok(looks.see(|tree, view| {
            let node = node(view, tree, &from)?;
            let row = view.parent_row(tree, node)?;
            target(view, tree, row)
        }))
    }

    pub async fn tree_type_ahead(
        &self,
        id: String,
        from: TreeFrom,
        prefix: String,
    ) -> Result<Option<TreeTarget>, ApiError> {
        let looks = self.looks(&id)?;
        Ok(looks.see(|tree, view| {
            let node = node(view, tree, &from)?;
            let row = view.type_ahead(tree, node, &prefix)?;
            target(view, tree, row)
        }))
    }

    /// Topics that have a text in them, for the finder.
    pub async fn tree_find(&self, id: String, text: String, limit: u32) -> Result<Vec<String>, ApiError> {
        let limit = (limit as usize).min(MOST_FOUND);
        Ok(self.looks(&id)?.see(|tree, _| view::find(tree, &text, limit)))
    }

    /// The busiest topics and branches now or, where it waits, a second later.
    pub async fn tree_busiest(
        &self,
        id: String,
        by: BusyBy,
        limit: u32,
        wait: bool,
    ) -> Result<Busiest, ApiError> {
        let connection = self.connection(&id)?;
        if wait {
            tokio::time::sleep(LONGEST_WAIT).await;
        }
        let tree = &connection.live.tree;
        let mut survey = view::Survey::new(by == BusyBy::Bytes, Timestamp::now());
        while !survey.step(&lock(tree)) {
            tokio::time::sleep(BREATH).await;
        }
        let ranking = survey.rank((limit as usize).min(MOST_BUSY));
        let found = ranking.named(&lock(tree));
        let busy = |busy: view::Busy| Busy {
            topic: busy.topic,
            rate: busy.flow.messages,
            bytes: busy.flow.bytes,
        };
        Ok(Busiest {
            topics: found.topics.into_iter().map(busy).collect(),
            branches: found.branches.into_iter().map(busy).collect(),
            rate: found.total.messages,
            bytes: found.total.bytes,
        })
    }

    /// Changes the view, and lets its frame come at once.
    fn turn(&self, id: &str, change: impl FnOnce(&Looks)) -> Result<(), ApiError> {
        let looks = self.looks(id)?;
        change(&looks);
        looks.turn();
        Ok(())
    }
}

/// Goes on with what the filter has not looked at, as long as an answer may take. In pieces, and after each
/// the lock of the tree is given away for a moment, so that what arrives does not wait for a search. True if
/// nothing is left.
async fn search(looks: &Arc<Looks>) -> bool {
    // Without a filter, which is how a tree is mostly looked at, there is nothing to do.
    if !looks.see(|_, view| view.is_narrowed()) {
        return true;
    }
    let looks = looks.clone();
    // It takes its time and sleeps between its pieces, which the threads that move messages must not.
    let searched = tokio::task::spawn_blocking(move || {
        let began = Instant::now();
        while began.elapsed() < LONGEST_SEARCH {
            let piece = Instant::now();
            if looks.see(|tree, view| view.work(tree, &mut || piece.elapsed() > SEARCH_PIECE)) {
                return true;
            }
            // Without a pause the one who waits would wake up too late each time.
            std::thread::sleep(SEARCH_PAUSE);
        }
        false
    });
    searched.await.expect("a search ends without a panic")
}

/// True if rows change without a message: a rate falls, a mark of activity goes out.
fn is_fading(frame: &TreeFrame) -> bool {
    let fades = |row: &TreeRow| row.rate > 0.0 || row.byte_rate > 0.0 || row.activity != Activity::Quiet;
    frame.sort == TreeSort::Rate || frame.rows.iter().chain(&frame.sticky).any(fades)
}

/// Grows with what arrives and with every command. Both only grow, so their sum never repeats; it begins
/// at one, since zero on the wire is "nothing known yet".
fn revision(looks: &Looks) -> f64 {
    let changed = match looks.past() {
        Some(past) => past.since,
        None => *looks.connection.live.changed.borrow(),
    };
    (changed + *lock(&looks.turns) + 1) as f64
}

/// The rows in view, and whether something large is under way.
fn frame(looks: &Looks, decoding: &Decoding, window: &TreeWindow, revision: f64) -> (TreeFrame, bool) {
    let now = Timestamp::now();
    let count = window.count.min(MOST_ROWS);
    let at = looks.past().map(|past| past.moment.at);
    // What arrives waits for the lock in here: names are taken with it, words are made without.
    let (frame, named, moved, total_topics, state) = looks.see(|tree, view| {
        let anchor = window
            .anchor
            .as_ref()
            .and_then(|anchor| Some((tree.find(&anchor.topic)?, anchor.row.max(0.0) as u64)));
        let moved = anchor.and_then(|(node, row)| view.moved(tree, node, row));
        let moved = moved.unwrap_or(0);
        let first = (window.first.max(0.0) as u64).saturating_add_signed(moved);
        let mut frame = view.rows(tree, first, count, now);
        let named = |rows: &mut Vec<view::Row>| -> Vec<(String, view::Row)> {
            let rows = std::mem::take(rows).into_iter();
            rows.map(|row| (tree.topic(row.node), row)).collect()
        };
        let named = (named(&mut frame.rows), named(&mut frame.sticky));
        let searching = view.searching(tree);
        let unfinished = view.is_unfinished();
        let state = (
            view.is_paused(),
            view.sort(),
            unfinished,
            searching,
            view.looks_into_values(),
        );
        (frame, named, moved, tree.topics(), state)
    });
    let (rows, sticky) = named;
    if at.is_none() {
        let in_view = rows.iter().chain(&sticky).map(|(_, row)| row.node);
        lock(&looks.connection.live.tree).watch(in_view);
    }
    let (paused, sort, unfinished, searching, into_values) = state;
    let found = |text: &str| match into_values {
        true => looks.see(|_, view| view.found_in_value(text)),
        false => Vec::new(),
    };
    let row = |row: (String, view::Row)| {
        let known = decoding.known(&row.0);
        let row = wire::tree::row(row, known, at.unwrap_or(now), &found);
        match at {
            // Counting all that came before would be a look at all of it.
            Some(_) => TreeRow {
                messages: 0.0,
                bytes: 0.0,
                rate: 0.0,
                byte_rate: 0.0,
                ..row
            },
            None => row,
        }
    };
    let frame = TreeFrame {
        revision,
        total_rows: frame.total_rows as f64,
        total_topics: total_topics as f64,
        first: frame.first as f64,
        moved: moved as f64,
        rows: rows.into_iter().map(row).collect(),
        sticky: sticky.into_iter().map(row).collect(),
        hits: frame.hits.map(|hits| hits as f64),
        searching,
        paused,
        sort: wire_sort(sort),
        at: at.map(Timestamp::millis),
    };
    (frame, unfinished)
}

/// Where a key begins: at a topic or, where a closed branch hides it, at that branch.
fn node(view: &mut view::TreeView, tree: &Tree, from: &TreeFrom) -> Option<NodeId> {
    let row = match from {
        TreeFrom::Topic { topic } => view.nearest(tree, tree.find(topic)?)?,
        TreeFrom::Row { row } => row.max(0.0) as u64,
    };
    view.node_at(tree, row)
}

fn target(view: &mut view::TreeView, tree: &Tree, row: u64) -> Option<TreeTarget> {
    let node = view.node_at(tree, row)?;
    Some(TreeTarget {
        row: row as f64,
        node: node.raw(),
        topic: tree.topic(node),
    })
}

fn wire_sort(sort: view::Sort) -> TreeSort {
    match sort {
        view::Sort::Name => TreeSort::Name,
        view::Sort::Messages => TreeSort::Messages,
        view::Sort::Rate => TreeSort::Rate,
        view::Sort::Latest => TreeSort::Latest,
        view::Sort::Size => TreeSort::Size,
    }
}
