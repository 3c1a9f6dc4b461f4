//! Publishes on their way: which packet identifier belongs to which of them.
//!
//! It exists so that a publish can be finished after the process died (MQTT 5, 4.4): whoever keeps
//! it hears which identifier it has, and PUBREL leaves only after its PUBREC was kept, because from
//! PUBREL on the broker takes the same identifier for a new message. Until then the tap holds the
//! PUBREC back from the client library. It keeps nothing itself and decides nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hashbrown::HashMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::publish::{Outgoing, PublishError};
use super::stream::Gate;

/// A publish that an earlier session left under way.
#[derive(Clone, Debug)]
pub struct Resumed {
    /// What it is called in [`Progress`].
    pub token: i64,
    /// Its packet identifier.
    pub packet: u16,
    /// Its PUBREC was kept, so only PUBREL is sent for it.
    pub received: bool,
    /// What it says.
    pub outgoing: Outgoing,
}

/// The broker's answer to a publish with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Reason code of PUBACK, PUBREC or PUBCOMP.
    pub code: u8,
    /// Reason string, word for word.
    pub reason_string: Option<String>,
    /// From the handing over; `None` if another session did that.
    pub round_trip: Option<Duration>,
}

/// What happens to publishes with a token, in order.
#[derive(Debug)]
pub enum Progress {
    /// It goes out with this packet identifier.
    Numbered {
        /// Which one.
        token: i64,
        /// Its identifier until it ends.
        packet: u16,
    },
    /// The broker has it (PUBREC). Nothing more is sent until the release.
    Received {
        /// Which one.
        token: i64,
        /// Lets PUBREL go.
        release: Pubrel,
    },
    /// Answered; or gone with its session, and then nobody knows whether it arrived.
    Ended {
        /// Which one.
        token: i64,
        /// How.
        result: Result<Answer, PublishError>,
    },
}

/// The right to send one PUBREL. Without it, the publish goes on with the next connection.
#[derive(Debug)]
pub struct Pubrel {
    /// Holds the PUBREC; it belongs to one connection and is void with it.
    gate: Arc<Gate>,
    packet: u16,
}

impl Pubrel {
    /// Lets PUBREL go; void if the connection is gone.
    pub fn send(self) {
        self.gate.open(self.packet);
    }
}

/// The turn to hand a publish over. There is one, so that the next identifier can only be its own.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

#[derive(Debug)]
struct Slot {
    serial: u64,
    token: Option<i64>,
    at: Instant,
    _place: Place,
}

#[derive(Debug)]
struct Flight {
    token: Option<i64>,
    handed_over: Option<Instant>,
}

#[derive(Debug, Default)]
struct State {
    /// What was handed over and has no identifier yet.
    slot: Option<Slot>,
    serial: u64,
    by_packet: HashMap<u16, Flight>,
}

/// The publishes of one session that are under way.
#[derive(Debug)]
pub(super) struct Flights {
    progress: Option<mpsc::UnboundedSender<Progress>>,
    places: Arc<Semaphore>,
    state: Mutex<State>,
}

impl Flights {
    pub(super) fn new(progress: Option<mpsc::UnboundedSender<Progress>>, resumed: &[Resumed]) -> Self {
        let by_packet = resumed.iter().map(|resumed| {
            let flight = Flight {
                token: Some(resumed.token),
                handed_over: None,
            };
            (resumed.packet, flight)
        });
        Self {
            progress,
            places: Arc::new(Semaphore::new(1)),
            state: Mutex::new(State {
                by_packet: by_packet.collect(),
                ..State::default()
            }),
        }
    }

    // No entry is ever left half written, so a panic elsewhere leaves the tables right.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, progress: Progress) {
        if let Some(listener) = &self.progress {
            // Whoever stopped listening reads what was kept when it begins again.
            let _nobody_listens = listener.send(progress);
        }
    }

    /// Waits for the turn.
    pub(super) async fn place(&self) -> Place {
        let permit = self.places.clone().acquire_owned().await;
        Place {
            _permit: permit.expect("the semaphore is never closed"),
        }
    }

    /// The next new identifier belongs to this publish. The answer names it until then.
    pub(super) fn handed_over(&self, place: Place, token: Option<i64>) -> u64 {
        let mut state = self.state();
        state.serial += 1;
        let serial = state.serial;
        state.slot = Some(Slot {
            serial,
            token,
            at: Instant::now(),
            _place: place,
        });
        serial
    }

    /// It was not handed over after all.
    pub(super) fn withdraw(&self, serial: u64) {
        self.state().slot.take_if(|slot| slot.serial == serial);
    }

    /// It ended without an identifier: it was not sent.
    pub(super) fn not_sent(&self, serial: u64, why: PublishError) {
        let slot = self.state().slot.take_if(|slot| slot.serial == serial);
        if let Some(token) = slot.and_then(|slot| slot.token) {
            let result = Err(why);
            self.tell(Progress::Ended { token, result });
        }
    }

    /// The loop ended in order: what has no identifier by now was not sent.
    pub(super) fn stopped(&self) {
        let serial = self.state().slot.as_ref().map(|slot| slot.serial);
        serial.inspect(|serial| self.not_sent(*serial, PublishError::NotConnected));
    }

    /// A PUBLISH goes out. One whose identifier is known is sent again.
    pub(super) fn numbered(&self, packet: u16) {
        let mut state = self.state();
        if packet == 0 || state.by_packet.contains_key(&packet) {
            return;
        }
        let Some(slot) = state.slot.take() else { return };
        let flight = Flight {
            token: slot.token,
            handed_over: Some(slot.at),
        };
        state.by_packet.insert(packet, flight);
        drop(state);
        if let Some(token) = slot.token {
            self.tell(Progress::Numbered { token, packet });
        }
    }

    /// The last packet about a publish came.
    pub(super) fn ended(&self, packet: u16, code: u8, reason_string: Option<String>) {
        let flight = self.state().by_packet.remove(&packet);
        if let Some(Flight {
            token: Some(token),
            handed_over,
        }) = flight
        {
            let result = Ok(Answer {
                code,
                reason_string,
                round_trip: handed_over.map(|at| at.elapsed()),
            });
            self.tell(Progress::Ended { token, result });
        }
    }

    /// The broker does not continue the session: every publish with an identifier is gone with it.
    pub(super) fn lost(&self) {
        let gone = std::mem::take(&mut self.state().by_packet);
        let mut tokens: Vec<_> = gone.into_values().filter_map(|flight| flight.token).collect();
        tokens.sort_unstable();
        for token in tokens {
            let result = Err(PublishError::Unknown);
            self.tell(Progress::Ended { token, result });
        }
    }

    /// The token of a publish that somebody keeps, so that its PUBREC has to wait.
    pub(super) fn kept(&self, packet: u16) -> Option<i64> {
        let state = self.state();
        state.by_packet.get(&packet).and_then(|flight| flight.token)
    }

    /// A PUBREC waits at the gate until it is kept.
    pub(super) fn received(&self, token: i64, packet: u16, gate: Arc<Gate>) {
        let release = Pubrel { gate, packet };
        self.tell(Progress::Received { token, release });
    }
}
