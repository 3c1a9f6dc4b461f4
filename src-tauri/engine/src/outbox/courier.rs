//! Carries messages from the outbox to a session, one after the other, and what became of them back.
//!
//! It writes down each step before the next one leaves: that a message is under way before it is
//! handed over, and that the broker has it before PUBREL. It waits for nothing else.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::Inner;
use crate::history::SentId;
use crate::ingest::lock;
use crate::message::Timestamp;
use crate::session::{Phase, Progress, Session, Status, Turn};

/// News taken at once.
const NEWS: usize = 256;

/// The pause after the history could not write.
const PAUSE: Duration = Duration::from_secs(1);

/// Waits for the end of the session.
async fn stopped(status: &mut watch::Receiver<Status>) {
    let stopped = |status: &Status| matches!(status.phase, Phase::Stopped { .. });
    // A status without a session has ended as well.
    let _ended = status.wait_for(stopped).await.is_ok();
}

/// Runs until the session has stopped.
pub(super) async fn run(
    inner: Arc<Inner>,
    session: Arc<Session>,
    mut news: mpsc::UnboundedReceiver<Progress>,
) {
    let mut status = session.status();
    let mut heard = Vec::new();
    loop {
        tokio::select! {
            // First what became of those before: one that goes again goes before those that wait.
            biased;
            _ = news.recv_many(&mut heard, NEWS) => take_in(&inner, &session, &mut heard).await,
            turn = next_turn(&inner, &session) => hand_over(&inner, &session, turn).await,
            () = stopped(&mut status) => break,
        }
    }
    while let Ok(last) = news.try_recv() {
        heard.push(last);
    }
    take_in(&inner, &session, &mut heard).await;
}

/// Waits until something waits, there is a connection, and it is our turn.
async fn next_turn(inner: &Inner, session: &Session) -> Turn {
    let mut status = session.status();
    let connected = |status: &Status| matches!(status.phase, Phase::Connected { .. });
    loop {
        if !lock(&inner.book).has_waiting() {
            inner.wake.notified().await;
        } else if status.wait_for(connected).await.is_ok()
            && let Ok(turn) = session.turn().await
        {
            return turn;
        } else {
            // The session is over; whoever called this learns it from the status.
            std::future::pending::<()>().await;
        }
    }
}

async fn hand_over(inner: &Inner, session: &Session, turn: Turn) {
    let (next, marks) = lock(&inner.book).next(Timestamp::now());
    let written = inner.keep_marks(marks).await;
    inner.touch();
    let Some((id, outgoing)) = next else { return };
    let refused = match written {
        true => session.send(turn, id.0, outgoing).err(),
        // Sent without a trace it might be sent twice; the history is tried again first.
        false => Some(crate::session::PublishError::NotConnected),
    };
    if let Some(why) = refused {
        let mark = lock(&inner.book).failed(id, &why);
        inner.keep_marks(mark.into_iter().collect()).await;
        inner.touch();
        inner.expiry.notify_one();
    }
    if !written {
        sleep(PAUSE).await;
    }
}

async fn take_in(inner: &Inner, session: &Session, news: &mut Vec<Progress>) {
    let (mut marks, mut releases) = (Vec::new(), Vec::new());
    {
        let mut book = lock(&inner.book);
        for progress in news.drain(..) {
            marks.extend(match progress {
                Progress::Numbered { token, packet } => book.numbered(SentId(token), packet),
                Progress::Received { token, release } => {
                    releases.push(release);
                    book.received(SentId(token))
                }
                Progress::Ended { token, result } => match result {
                    Ok(answer) => book.answered(SentId(token), answer),
                    Err(why) => book.failed(SentId(token), &why),
                },
            });
        }
    }
    inner.touch();
    inner.expiry.notify_one();
    // Only a release must not go before it is written; all else is made good after a restart.
    let mut status = session.status();
    while !inner.keep_marks(marks.clone()).await && !releases.is_empty() {
        tokio::select! {
            () = sleep(PAUSE) => {}
            () = stopped(&mut status) => return,
        }
    }
    for release in releases {
        release.send();
    }
}
