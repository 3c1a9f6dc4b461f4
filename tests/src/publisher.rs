//! A publisher that loses nothing and doubles nothing: what a broker did not acknowledge is sent again.
//!
//! It speaks MQTT 5 by hand (3.1 to 3.7, 4.3, 4.4), so that it proves Treetop's client library instead of sharing
//! its mistakes. It keeps its session over any number of broken connections; a broker that forgets the session is
//! an error, because from there on nobody could tell a lost message from a doubled one.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Read, Write},
    net::{Ipv4Addr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// Messages sent and not yet acknowledged.
const WINDOW: usize = 50;
/// How long a read waits before it is looked what else is to be done.
const TURN: Duration = Duration::from_millis(10);

/// What is published: the numbers 0 to `messages` as text, on `topics` topics in turn.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The client identifier.
    pub client_id: String,
    /// The topics are this, a slash and a number.
    pub prefix: String,
    /// How many topics.
    pub topics: u64,
    /// 1 or 2.
    pub qos: u8,
    /// The broker keeps the last message of each topic.
    pub retain: bool,
    /// How many messages.
    pub messages: u64,
}

/// Why a publisher gave up.
#[derive(Debug, thiserror::Error)]
pub enum PublisherError {
    /// The broker does not know the session any more.
    #[error("the broker forgot the session of {0}")]
    SessionLost(String),
    /// An acknowledgement with a code other than success.
    #[error("packet {kind:#04x} with reason code {code:#04x}")]
    Refused { kind: u8, code: u8 },
    /// The thread panicked.
    #[error("the publisher panicked")]
    Panicked,
}

/// A publisher in a thread of its own.
pub struct Publisher {
    allowed: Arc<AtomicU64>,
    thread: JoinHandle<Result<u64, PublisherError>>,
}

impl Publisher {
    /// Starts it; nothing is published before [`Publisher::allow`].
    pub fn start(port: u16, plan: Plan) -> Self {
        let allowed = Arc::new(AtomicU64::new(0));
        let limit = allowed.clone();
        let thread = thread::spawn(move || {
            let mut state = State {
                plan,
                limit,
                next: 0,
                flights: VecDeque::new(),
                known: false,
                resent: 0,
            };
            state.run(port).map(|()| state.resent)
        });
        Self { allowed, thread }
    }

    /// Lets it publish the messages before number `count`.
    pub fn allow(&self, count: u64) {
        self.allowed.store(count, Ordering::Release);
    }

    /// Waits until the broker has acknowledged everything; the answer is how many packets were sent again.
    pub fn finish(self) -> Result<u64, PublisherError> {
        self.thread.join().unwrap_or(Err(PublisherError::Panicked))
    }
}

/// A message under way.
struct Flight {
    packet_id: u16,
    number: u64,
    /// PUBREC came: from now on it is PUBREL that is sent again (MQTT 5, 4.3.3).
    received: bool,
}

struct State {
    plan: Plan,
    limit: Arc<AtomicU64>,
    next: u64,
    /// In the order in which they were published, which is the order of sending again (4.6).
    flights: VecDeque<Flight>,
    /// The broker has a session.
    known: bool,
    resent: u64,
}

/// How a connection ended.
enum End {
    Broken,
    Fatal(PublisherError),
}

impl From<io::Error> for End {
    fn from(_mended_by_the_next: io::Error) -> Self {
        Self::Broken
    }
}

impl State {
    fn run(&mut self, port: u16) -> Result<(), PublisherError> {
        loop {
            match self.connection(port) {
                Ok(()) => return Ok(()),
                Err(End::Fatal(error)) => return Err(error),
                // A broker that is restarting; the next try is soon.
                Err(End::Broken) => thread::sleep(TURN),
            }
        }
    }

    /// One connection; `Ok` once everything is published and acknowledged.
    fn connection(&mut self, port: u16) -> Result<(), End> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TURN))?;
        stream.write_all(&connect(&self.plan.client_id))?;
        let mut input = Input::default();
        let connack = loop {
            if let Some(packet) = input.next(&mut stream)? {
                break packet;
            }
        };
        match connack.body[..] {
            [present, 0, ..] if (present & 1 == 1) == self.known => self.known = true,
            [_, 0, ..] => {
                return Err(End::Fatal(PublisherError::SessionLost(
                    self.plan.client_id.clone(),
                )));
            }
            _ => return Err(io::Error::from(ErrorKind::ConnectionRefused).into()),
        }
        for flight in &self.flights {
            self.resent += 1;
            stream.write_all(&match flight.received {
                true => packet(0x62, &flight.packet_id.to_be_bytes()),
                false => publish(&self.plan, flight, true),
            })?;
        }
        loop {
            self.send(&mut stream)?;
            if self.next == self.plan.messages && self.flights.is_empty() {
                stream.write_all(&[0xe0, 0])?;
                return Ok(());
            }
            if let Some(packet) = input.next(&mut stream)? {
                self.answer(&mut stream, &packet)?;
            }
        }
    }

    /// Sends what is allowed and fits into the window.
    fn send(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        let limit = self.limit.load(Ordering::Acquire).min(self.plan.messages);
        let mut bytes = Vec::new();
        while self.next < limit && self.flights.len() < WINDOW {
            let flight = Flight {
                packet_id: (self.next % 65_535) as u16 + 1,
                number: self.next,
                received: false,
            };
            bytes.extend(publish(&self.plan, &flight, false));
            self.flights.push_back(flight);
            self.next += 1;
        }
        stream.write_all(&bytes)
    }

    fn answer(&mut self, stream: &mut TcpStream, packet: &Packet) -> Result<(), End> {
        if packet.kind == 0xe0 {
            return Err(io::Error::from(ErrorKind::ConnectionAborted).into());
        }
        let [high, low, ..] = packet.body[..] else {
            return Ok(());
        };
        // "No matching subscribers" is a failure too where the broker does not keep the message: the subscription
        // has to be there all the time.
        let fine = |code: u8| code == 0 || (code == 0x10 && self.plan.retain);
        if let Some(&code) = packet.body.get(2).filter(|code| !fine(**code)) {
            let kind = packet.kind;
            return Err(End::Fatal(PublisherError::Refused { kind, code }));
        }
        let id = u16::from_be_bytes([high, low]);
        let Some(at) = self.flights.iter().position(|flight| flight.packet_id == id) else {
            return Ok(());
        };
        match packet.kind {
            0x50 => {
                self.flights[at].received = true;
                stream.write_all(&self::packet(0x62, &id.to_be_bytes()))?;
            }
            0x40 | 0x70 => drop(self.flights.remove(at)),
            _ => {}
        }
        Ok(())
    }
}

fn connect(client_id: &str) -> Vec<u8> {
    // Never a clean start: mosquitto 2.0 does not save a session that began with one.
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 5, 0, 0, 0];
    // The session never expires.
    body.extend([5, 0x11, 0xff, 0xff, 0xff, 0xff]);
    body.extend((client_id.len() as u16).to_be_bytes());
    body.extend(client_id.as_bytes());
    packet(0x10, &body)
}

fn publish(plan: &Plan, flight: &Flight, again: bool) -> Vec<u8> {
    let topic = format!("{}/{}", plan.prefix, flight.number % plan.topics);
    let mut body = (topic.len() as u16).to_be_bytes().to_vec();
    body.extend(topic.as_bytes());
    body.extend(flight.packet_id.to_be_bytes());
    body.push(0);
    body.extend(flight.number.to_string().as_bytes());
    let flags = (plan.qos << 1) | (u8::from(again) << 3) | u8::from(plan.retain);
    packet(0x30 | flags, &body)
}

/// A packet of less than 128 bytes of body, which is all there is here.
fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    assert!(body.len() < 128, "a longer packet needs a longer length");
    [&[first, body.len() as u8], body].concat()
}

struct Packet {
    kind: u8,
    body: Vec<u8>,
}

/// What was read and is not yet a packet.
#[derive(Default)]
struct Input(VecDeque<u8>);

impl Input {
    /// The next packet, or `None` if nothing came for a turn.
    fn next(&mut self, stream: &mut TcpStream) -> io::Result<Option<Packet>> {
        loop {
            if let Some(packet) = self.packet() {
                return Ok(Some(packet));
            }
            let mut bytes = [0; 4096];
            match stream.read(&mut bytes) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(n) => self.0.extend(&bytes[..n]),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Brokers answer a publisher in packets of less than 128 bytes.
    fn packet(&mut self) -> Option<Packet> {
        let (&first, &len) = (self.0.front()?, self.0.get(1)?);
        if self.0.len() < 2 + usize::from(len) {
            return None;
        }
        let body = self.0.drain(..2 + usize::from(len)).skip(2).collect();
        Some(Packet {
            kind: first & 0xf0,
            body,
        })
    }
}
