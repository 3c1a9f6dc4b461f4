//! A search under way: a task that steps back in time, and what it has found so far.
//!
//! It rests when it was told to stop and when it holds as many hits as it may; it ends with its handle.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hashbrown::HashMap;
use sqlx::SqlitePool;
use tokio::sync::watch;
use tokio::time::Instant;

use super::sought::Sought;
use super::source::{self, Candidate, Reading, Source};
use super::{Found, Hit, KEEP, MOST_KEPT, Query};
use crate::history::error::HistoryError;
use crate::history::{History, last_id};
use crate::message::MessageId;
use crate::topic::TopicFilter;

/// Rows of the first step, so that the first hits come at once.
const FIRST_ROWS: i64 = 512;
/// Rows of a step at most.
const MOST_ROWS: i64 = 16_384;
/// Bytes of payload and properties of a step; a single larger message is still looked at.
const STEP_BYTES: u64 = 8 << 20;
/// A step that took longer is followed by a smaller one, so that stopping never waits long.
const STEP_TIME: Duration = Duration::from_millis(25);
/// Bytes of hits that are kept.
const KEPT_BYTES: usize = 32 << 20;
/// Bytes of topic names that are remembered; beyond it they are read again.
const NAMES_BYTES: usize = 8 << 20;

/// What a search is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Looking.
    #[default]
    Running,
    /// It holds as many hits as were asked for; there may be older ones.
    Full,
    /// It was told to stop.
    Stopped,
    /// Everything was looked at.
    Done,
    /// The history could not be read.
    Failed(HistoryError),
}

/// How far a search is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What it is doing.
    pub standing: Standing,
    /// Messages looked at.
    pub looked: u64,
    /// Messages in the range and the topics of the question, once they are counted.
    pub total: Option<u64>,
    /// Everything newer was looked at.
    pub reached: Option<MessageId>,
    /// Hits kept.
    pub kept: usize,
    /// Asking for more will do something.
    pub can_go_on: bool,
    /// How long it was looking, without rests.
    pub busy: Duration,
}

#[derive(Default)]
struct State {
    progress: Progress,
    hits: Vec<Hit>,
    bytes: usize,
}

/// What the handle wants.
#[derive(Clone, Copy)]
struct Order {
    stop: bool,
    keep: usize,
}

/// A search. Dropping it ends it.
pub struct Search {
    state: Arc<Mutex<State>>,
    changed: watch::Receiver<u64>,
    orders: watch::Sender<Order>,
}

impl History {
    /// Begins to look for messages, from the newest to the oldest. What arrives later is not looked at.
    pub fn search(&self, query: Query) -> Search {
        let state = Arc::new(Mutex::new(State::default()));
        let (tell, changed) = watch::channel(0);
        let order = Order {
            stop: false,
            keep: KEEP,
        };
        let (orders, told) = watch::channel(order);
        let task = Task {
            readers: self.0.readers.clone(),
            state: state.clone(),
            tell,
            orders: told,
        };
        tokio::spawn(task.run(query));
        Search {
            state,
            changed,
            orders,
        }
    }
}

impl Search {
    /// How far it is.
    pub fn progress(&self) -> Progress {
        lock(&self.state).progress.clone()
    }

    /// Hits from the given one on, newest first.
    pub fn hits(&self, first: usize, count: usize) -> Vec<Hit> {
        let state = lock(&self.state);
        state.hits.iter().skip(first).take(count).cloned().collect()
    }

    /// The ids of all hits so far, newest first.
    pub fn found(&self) -> Vec<MessageId> {
        lock(&self.state).hits.iter().map(|hit| hit.id).collect()
    }

    /// Told with each step.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changed.clone()
    }

    /// Rests after the step that is under way. What was found stays.
    pub fn stop(&self) {
        self.orders.send_modify(|order| order.stop = true);
    }

    /// Goes on after it was stopped, or for [`KEEP`] more hits after it was full.
    pub fn go_on(&self) {
        let kept = lock(&self.state).hits.len();
        self.orders.send_modify(|order| {
            order.stop = false;
            if kept >= order.keep {
                order.keep = (kept + KEEP).min(MOST_KEPT);
            }
        });
    }
}

struct Task {
    readers: SqlitePool,
    state: Arc<Mutex<State>>,
    tell: watch::Sender<u64>,
    orders: watch::Receiver<Order>,
}

impl Task {
    async fn run(mut self, query: Query) {
        if let Err(error) = self.look(query).await {
            self.stand(Standing::Failed(error));
        }
    }

    async fn look(&mut self, query: Query) -> Result<(), HistoryError> {
        let last = last_id(&self.readers).await?;
        let Some(source) = source::source(&self.readers, query.topic.as_ref()).await? else {
            self.stand(Standing::Done);
            return Ok(());
        };
        let mut steps = Steps::new(source, &query, last);
        let total = self.count(steps.reading.clone(), steps.from, steps.before);
        let total = tokio::spawn(total);
        let mut began = Instant::now();
        let ended = loop {
            let order = *self.orders.borrow_and_update();
            let room = self.room(order);
            if order.stop || room == 0 {
                self.rest(
                    &mut began,
                    if order.stop {
                        Standing::Stopped
                    } else {
                        Standing::Full
                    },
                );
                if self.orders.changed().await.is_err() {
                    break Ok(());
                }
                began = Instant::now();
                continue;
            }
            // The handle may be gone without another order.
            if self.orders.has_changed().is_err() {
                break Ok(());
            }
            match steps.next(&self.readers, room).await {
                Ok(Some(step)) => self.take(step, &mut began),
                Ok(None) => {
                    self.rest(&mut began, Standing::Done);
                    break Ok(());
                }
                Err(error) => break Err(error),
            }
        };
        total.abort();
        ended
    }

    /// Counts beside the search what it has before it.
    fn count(
        &self,
        reading: Arc<Reading>,
        from: i64,
        before: i64,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (readers, state) = (self.readers.clone(), self.state.clone());
        async move {
            match reading.count(&readers, from, before).await {
                Ok(total) => lock(&state).progress.total = Some(total),
                // Without a total the progress is told by time alone; a broken file ends the search itself.
                Err(error) => log::debug!("the messages of a search can't be counted: {error}"),
            }
        }
    }

    /// How many hits may still be kept.
    fn room(&self, order: Order) -> usize {
        let state = lock(&self.state);
        if state.bytes >= KEPT_BYTES {
            return 0;
        }
        order.keep.saturating_sub(state.hits.len())
    }

    fn take(&self, step: Step, began: &mut Instant) {
        {
            let mut state = lock(&self.state);
            state.bytes += step.hits.iter().map(weight).sum::<usize>();
            state.hits.extend(step.hits);
            let kept = state.hits.len();
            let progress = &mut state.progress;
            progress.standing = Standing::Running;
            progress.looked += step.looked;
            progress.reached = Some(MessageId(step.reached));
            progress.kept = kept;
            progress.can_go_on = false;
            progress.busy += began.elapsed();
        }
        *began = Instant::now();
        self.tell.send_modify(|revision| *revision += 1);
    }

    fn rest(&self, began: &mut Instant, standing: Standing) {
        lock(&self.state).progress.busy += began.elapsed();
        *began = Instant::now();
        self.stand(standing);
    }

    fn stand(&self, standing: Standing) {
        {
            let mut state = lock(&self.state);
            let has_room = state.bytes < KEPT_BYTES && state.hits.len() < MOST_KEPT;
            state.progress.can_go_on = has_room && matches!(standing, Standing::Full | Standing::Stopped);
            if standing == Standing::Done {
                state.progress.total = Some(state.progress.looked);
            }
            state.progress.standing = standing;
        }
        self.tell.send_modify(|revision| *revision += 1);
    }
}

/// What a hit holds in memory.
fn weight(hit: &Hit) -> usize {
    let found = match &hit.found {
        Found::Head(bytes) => bytes.len(),
        Found::Match(snippet) => snippet.text.len(),
    };
    let property = hit.property.as_ref().map_or(0, |(_, snippet)| snippet.text.len());
    size_of::<Hit>() + hit.topic.len() + found + property
}

/// One step back in time.
struct Step {
    hits: Vec<Hit>,
    looked: u64,
    reached: i64,
}

/// The way back in time.
struct Steps {
    reading: Arc<Reading>,
    sought: Arc<Sought>,
    names: Names,
    from: i64,
    /// Everything from here on was looked at.
    before: i64,
    rows: i64,
}

impl Steps {
    fn new(source: Source, query: &Query, last: MessageId) -> Self {
        let to = query.to.map_or(last.0, |to| to.0.min(last.0));
        Self {
            reading: Arc::new(Reading::new(source, query)),
            sought: Arc::new(Sought::of(query)),
            names: Names::new(query.topic.clone()),
            from: query.from.map_or(i64::MIN, |from| from.0),
            before: to.saturating_add(1),
            rows: FIRST_ROWS,
        }
    }

    /// Looks at the next rows and answers with at most `room` hits; `None` at the end.
    async fn next(&mut self, readers: &SqlitePool, room: usize) -> Result<Option<Step>, HistoryError> {
        let piece = loop {
            let (reading, rows) = (&self.reading, self.rows);
            let piece = reading.piece(readers, self.from, self.before, rows, STEP_BYTES);
            let Some(piece) = piece.await? else {
                return Ok(None);
            };
            if piece.bytes <= STEP_BYTES || piece.rows <= 1 {
                break piece;
            }
            // As many as should fit, and in any case fewer.
            let fitting = piece.rows.saturating_mul(STEP_BYTES) / piece.bytes;
            self.rows = i64::try_from(fitting.min(piece.rows / 2)).unwrap_or(1).max(1);
        };
        let began = Instant::now();
        let rows = self.reading.rows(readers, piece.low, self.before).await?;
        let rows = self.names.named(readers, rows).await?;
        let sought = self.sought.clone();
        // A payload can have megabytes: the threads that move messages don't wait for it.
        let looking = tokio::task::spawn_blocking(move || {
            let hits = rows
                .into_iter()
                .filter_map(|(row, topic)| sought.examine(row, topic));
            // One more tells that there is more than room.
            hits.take(room.saturating_add(1)).collect::<Vec<_>>()
        });
        let mut hits = looking.await.map_err(|_| HistoryError::Closed)?;
        let (mut low, mut looked) = (piece.low, piece.rows);
        if hits.len() > room {
            hits.truncate(room);
            // Only down to the last hit that is kept; the next step begins below it.
            low = hits.last().map_or(self.before, |hit| hit.id.0);
            looked = self.reading.count(readers, low, self.before).await?;
        }
        self.rows = if began.elapsed() > STEP_TIME {
            (self.rows / 2).max(FIRST_ROWS)
        } else {
            (self.rows * 2).min(MOST_ROWS)
        };
        self.before = low;
        Ok(Some(Step {
            hits,
            looked,
            reached: low,
        }))
    }
}

/// The names of topics as they are needed, with the verdict of the filter.
struct Names {
    filter: Option<TopicFilter>,
    /// `None` where the filter does not match.
    known: HashMap<i64, Option<Arc<str>>>,
    bytes: usize,
}

impl Names {
    fn new(filter: Option<TopicFilter>) -> Self {
        Self {
            filter,
            known: HashMap::new(),
            bytes: 0,
        }
    }

    /// The rows whose topic matches, with its name.
    async fn named(
        &mut self,
        readers: &SqlitePool,
        rows: Vec<Candidate>,
    ) -> Result<Vec<(Candidate, Arc<str>)>, HistoryError> {
        let mut unknown: Vec<i64> = rows
            .iter()
            .map(|row| row.topic)
            .filter(|topic| !self.known.contains_key(topic))
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        if self.bytes > NAMES_BYTES {
            self.known.clear();
            self.bytes = 0;
            unknown = rows.iter().map(|row| row.topic).collect();
            unknown.sort_unstable();
            unknown.dedup();
        }
        for some in unknown.chunks(1_000) {
            let list: Vec<String> = some.iter().map(i64::to_string).collect();
            let found: Vec<(i64, String)> =
                sqlx::query_as("SELECT id, name FROM topics WHERE id IN (SELECT value FROM json_each(?))")
                    .bind(format!("[{}]", list.join(",")))
                    .fetch_all(readers)
                    .await?;
            for (id, name) in found {
                let matches = self.filter.as_ref().is_none_or(|filter| filter.matches(&name));
                self.bytes += size_of::<(i64, Option<Arc<str>>)>() + if matches { name.len() } else { 0 };
                self.known.insert(id, matches.then(|| name.into()));
            }
        }
        let named = |row: Candidate| {
            // A topic without a name was deleted meanwhile, and its messages with it.
            let name = self.known.get(&row.topic)?.clone()?;
            Some((row, name))
        };
        Ok(rows.into_iter().filter_map(named).collect())
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
