//! What the broker really sent, and when: a line between broker and engine that notes every PUBLISH it carries.
//!
//! The order in which messages are stored is compared with it, because a broker may send a topic's messages in
//! another order than they were published in, and only what came in order can be kept in order. It reads packets
//! by hand (MQTT 5, 2.1 and 3.3), so that it does not share the engine's mistakes, and changes nothing.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use treetop_engine::message::Timestamp;

use crate::Failed;

/// A PUBLISH on its way to the engine.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    /// Microseconds since the epoch, before the engine could read it.
    at: i64,
    /// Its place among all that was ever sent to the engine.
    place: u64,
}

/// What was sent, by topic and number.
#[derive(Debug, Default)]
struct Notes {
    sent: HashMap<(String, u64), Vec<Arrival>>,
    places: u64,
}

/// The line; it carries until the runtime ends.
#[derive(Clone, Debug)]
pub struct Wire {
    /// Locked for one packet at a time.
    notes: Arc<Mutex<Notes>>,
    port: u16,
}

impl Wire {
    /// Starts a line to a broker on this machine, which may come and go.
    pub async fn start(broker: u16) -> Result<Self, Failed> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let wire = Self {
            notes: Arc::default(),
            port: listener.local_addr()?.port(),
        };
        let notes = wire.notes.clone();
        tokio::spawn(async move {
            while let Ok((engine, _)) = listener.accept().await {
                let notes = notes.clone();
                tokio::spawn(async move {
                    // A broker that is away, or an end that is killed: the engine sees its connection end.
                    let _ended = carry(engine, broker, notes).await;
                });
            }
        });
        Ok(wire)
    }

    /// Where the engine connects to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The place on the wire that a message came from: the last time it was sent before `stored`, in microseconds
    /// since the epoch. `None` if it was stored without having been sent.
    pub fn place(&self, topic: &str, number: u64, stored: i64) -> Option<u64> {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        let arrivals = notes.sent.get(&(topic.to_owned(), number))?;
        let before = arrivals.iter().take_while(|arrival| arrival.at <= stored);
        before.last().map(|arrival| arrival.place)
    }
}

async fn carry(mut engine: TcpStream, broker: u16, notes: Arc<Mutex<Notes>>) -> std::io::Result<()> {
    let mut broker = TcpStream::connect((Ipv4Addr::LOCALHOST, broker)).await?;
    engine.set_nodelay(true)?;
    broker.set_nodelay(true)?;
    let (mut from_engine, mut to_engine) = engine.split();
    let (mut from_broker, mut to_broker) = broker.split();
    let out = tokio::io::copy(&mut from_engine, &mut to_broker);
    let back = async {
        let mut packets = Packets::default();
        let mut piece = vec![0; 1 << 16];
        loop {
            let length = from_broker.read(&mut piece).await?;
            if length == 0 {
                return Ok(0);
            }
            packets.take(&piece[..length], &notes);
            to_engine.write_all(&piece[..length]).await?;
        }
    };
    // Either way that ends takes the other with it.
    tokio::select! { ended = out => ended, ended = back => ended }.map(drop)
}

/// Bytes of one connection that are not yet a whole packet.
#[derive(Default)]
struct Packets(Vec<u8>);

impl Packets {
    fn take(&mut self, piece: &[u8], notes: &Mutex<Notes>) {
        self.0.extend_from_slice(piece);
        let mut begin = 0;
        while let Some((first, body, end)) = packet(&self.0[begin..]) {
            if first >> 4 == 3
                && let Some(key) = publish(first, &self.0[begin + body..begin + end])
            {
                let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
                let place = notes.places;
                notes.places += 1;
                let at = Timestamp::now().0;
                notes.sent.entry(key).or_default().push(Arrival { at, place });
            }
            begin += end;
        }
        self.0.drain(..begin);
    }
}

/// The first byte of a packet, where its body begins and where it ends; `None` until all of it is there.
fn packet(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (length, body) = variable(bytes, 1)?;
    (bytes.len() >= body + length).then_some((bytes[0], body, body + length))
}

/// A variable byte integer (1.5.5) and where it ends.
fn variable(bytes: &[u8], begin: usize) -> Option<(usize, usize)> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().skip(begin).take(4) {
        value |= usize::from(byte & 0x7f) << (7 * (at - begin));
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

/// Topic and number of a PUBLISH. `None` for what no publisher of this test sends.
fn publish(first: u8, body: &[u8]) -> Option<(String, u64)> {
    let length = usize::from(u16::from_be_bytes([*body.first()?, *body.get(1)?]));
    let topic = std::str::from_utf8(body.get(2..2 + length)?).ok()?;
    let packet_id = if first & 0b0110 == 0 { 0 } else { 2 };
    let (properties, begin) = variable(body, 2 + length + packet_id)?;
    let number = std::str::from_utf8(body.get(begin + properties..)?)
        .ok()?
        .parse()
        .ok()?;
    Some((topic.to_owned(), number))
}
