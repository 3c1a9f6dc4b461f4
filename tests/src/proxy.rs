//! A bad network: a TCP proxy on loopback whose line can be slowed, stalled, truncated, cut or left half open.
//!
//! It carries bytes and knows nothing of MQTT. It never loses or changes bytes in the middle of a stream, because
//! TCP does not either: a connection is carried faithfully until it ends.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{broadcast, watch},
    task::{JoinHandle, JoinSet},
    time::sleep,
};

use crate::Error;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    ToBroker,
    ToClient,
}

/// How the line treats bytes from now on, on open connections and on new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// Everything passes at once.
    Clear,
    /// Each direction of each connection passes this many bytes in a second; at least 1.
    Slow { bytes_per_second: u32 },
    /// Nothing passes and nothing closes: what a pulled cable looks like at first. What is sent waits.
    Stalled,
    /// As `Stalled`, but only this way.
    StalledOneWay(Direction),
    /// Each connection passes so many more bytes this way, then both of its ends are closed.
    Truncated { direction: Direction, after: u64 },
    /// New connections are accepted and closed at once; open ones are carried on.
    HangingUp,
}

/// How open connections end.
#[derive(Clone, Copy)]
enum Cut {
    Close,
    Reset,
    HalfOpen,
}

/// A proxy in front of one port of 127.0.0.1. Dropping it closes its connections and its port.
pub struct Proxy {
    port: u16,
    line: watch::Sender<Line>,
    cuts: broadcast::Sender<Cut>,
    counters: Arc<Counters>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Counters {
    accepted: AtomicU64,
    to_broker: AtomicU64,
    to_client: AtomicU64,
}

impl Proxy {
    /// Listens on a free port and carries every connection to `target`; the line is clear.
    pub async fn start(target: u16) -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(Error::io("listen as a proxy"))?;
        let port = listener
            .local_addr()
            .map_err(Error::io("read the proxy's port"))?
            .port();
        let (line, _) = watch::channel(Line::Clear);
        let (cuts, _) = broadcast::channel(16);
        let counters = Arc::new(Counters::default());
        let accepting = tokio::spawn(accept(
            listener,
            target,
            line.clone(),
            cuts.clone(),
            counters.clone(),
        ));
        Ok(Self {
            port,
            line,
            cuts,
            counters,
            accepting,
        })
    }

    /// The port to connect to instead of the target's.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes the line. Counting for [`Line::Truncated`] starts here, for each connection by itself.
    pub fn set(&self, line: Line) {
        self.line.send_replace(line);
    }

    /// Closes all open connections in an orderly way (FIN to both ends); new ones are carried as before.
    pub fn close(&self) {
        self.cut(Cut::Close);
    }

    /// Resets all open connections (RST to both ends), as a router or a crashed computer does.
    pub fn reset(&self) {
        self.cut(Cut::Reset);
    }

    /// Closes the broker's end of all open connections and tells the client nothing: its end stays open and
    /// silent until [`Proxy::close`] or [`Proxy::reset`].
    pub fn half_open(&self) {
        self.cut(Cut::HalfOpen);
    }

    /// How many connections clients have made so far, hung-up ones included.
    pub fn accepted(&self) -> u64 {
        self.counters.accepted.load(Ordering::Relaxed)
    }

    /// How many bytes have passed this way so far, over all connections.
    pub fn carried(&self, direction: Direction) -> u64 {
        self.counters.of(direction).load(Ordering::Relaxed)
    }

    fn cut(&self, cut: Cut) {
        // An error says that nobody is connected: then there is nothing to cut.
        let _ = self.cuts.send(cut);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Counters {
    fn of(&self, direction: Direction) -> &AtomicU64 {
        match direction {
            Direction::ToBroker => &self.to_broker,
            Direction::ToClient => &self.to_client,
        }
    }
}

/// Owns the connections' tasks, so that aborting this one ends them all.
async fn accept(
    listener: TcpListener,
    target: u16,
    line: watch::Sender<Line>,
    cuts: broadcast::Sender<Cut>,
    counters: Arc<Counters>,
) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        counters.accepted.fetch_add(1, Ordering::Relaxed);
        if *line.borrow() != Line::HangingUp {
            connections.spawn(carry(
                client,
                target,
                line.subscribe(),
                cuts.subscribe(),
                counters.clone(),
            ));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn carry(
    mut client: TcpStream,
    target: u16,
    line: watch::Receiver<Line>,
    mut cuts: broadcast::Receiver<Cut>,
    counters: Arc<Counters>,
) {
    // Where there is no broker the client sees its connection close.
    let Ok(mut broker) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else {
        return;
    };
    let _ = (client.set_nodelay(true), broker.set_nodelay(true));
    let cut = {
        let (from_client, to_client) = client.split();
        let (from_broker, to_broker) = broker.split();
        let up = pump(
            from_client,
            to_broker,
            Direction::ToBroker,
            line.clone(),
            &counters,
        );
        let down = pump(from_broker, to_client, Direction::ToClient, line, &counters);
        tokio::select! {
            // One end may close its half while the other still has something to say: wait for both.
            _ = async { tokio::try_join!(up, down) } => Cut::Close,
            cut = cuts.recv() => cut.unwrap_or(Cut::Close),
        }
    };
    match cut {
        Cut::Close => {}
        Cut::Reset => {
            let _ = (client.set_zero_linger(), broker.set_zero_linger());
        }
        Cut::HalfOpen => {
            drop(broker);
            if matches!(cuts.recv().await, Ok(Cut::Reset)) {
                let _ = client.set_zero_linger();
            }
        }
    }
}

/// Why a pump stopped before the end of its stream.
struct Broken;

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    direction: Direction,
    mut line: watch::Receiver<Line>,
    counters: &Counters,
) -> Result<(), Broken> {
    let mut buffer = vec![0; 16 * 1024];
    let mut passed = 0;
    loop {
        let read = from.read(&mut buffer).await.map_err(|_| Broken)?;
        if read == 0 {
            return to.shutdown().await.map_err(|_| Broken);
        }
        let mut rest = &buffer[..read];
        while !rest.is_empty() {
            if line.has_changed().map_err(|_| Broken)? {
                passed = 0;
            }
            let now = *line.borrow_and_update();
            let take = match now {
                Line::Clear | Line::HangingUp => rest.len(),
                Line::Slow { bytes_per_second } => rest.len().min((bytes_per_second / 20).max(1) as usize),
                Line::StalledOneWay(way) if way != direction => rest.len(),
                Line::Truncated { direction: way, .. } if way != direction => rest.len(),
                Line::Stalled | Line::StalledOneWay(_) => {
                    line.changed().await.map_err(|_| Broken)?;
                    // The change was seen here, so it is not seen above.
                    passed = 0;
                    continue;
                }
                Line::Truncated { after, .. } => usize::try_from(after - passed)
                    .unwrap_or(usize::MAX)
                    .min(rest.len()),
            };
            to.write_all(&rest[..take]).await.map_err(|_| Broken)?;
            passed += take as u64;
            counters.of(direction).fetch_add(take as u64, Ordering::Relaxed);
            rest = &rest[take..];
            match now {
                Line::Truncated {
                    direction: way,
                    after,
                } if way == direction && passed == after => return Err(Broken),
                Line::Slow { bytes_per_second } => {
                    sleep(Duration::from_secs_f64(
                        take as f64 / f64::from(bytes_per_second.max(1)),
                    ))
                    .await;
                }
                _ => {}
            }
        }
    }
}
