//! Real mosquittos, a fake broker, and a sink that remembers.

use std::net::{TcpListener as StdListener, TcpStream as StdStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use treetop_engine::message::{Message, Properties, QoS, Timestamp};
use treetop_engine::session::packets::PacketLog;
use treetop_engine::session::{
    Ack, Backoff, Delivery, Event, Following, Outgoing, Phase, Session, SessionOptions, Sink, Status,
    Subscription,
};
use treetop_engine::topic::{TopicFilter, TopicName};

/// Long enough for a busy machine; no test waits for it to pass.
pub const LIMIT: Duration = Duration::from_secs(20);

pub fn free_port() -> u16 {
    StdListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A mosquitto of this test alone.
pub struct Mosquitto {
    pub port: u16,
    pub dir: TempDir,
    child: Option<Child>,
}

impl Mosquitto {
    /// Anyone may connect to one plain listener.
    pub fn open() -> Self {
        Self::with(|port, _| format!("listener {port} 127.0.0.1\nallow_anonymous true\n"))
    }

    pub fn with(config: impl FnOnce(u16, &TempDir) -> String) -> Self {
        let (port, dir) = (free_port(), tempfile::tempdir().unwrap());
        let config = config(port, &dir);
        // As root, mosquitto would become another user, who cannot read the files of this test.
        let common = "user root\nmax_queued_messages 100000\npersistence false\nlog_type all\n";
        std::fs::write(dir.path().join("mosquitto.conf"), format!("{common}{config}")).unwrap();
        let mut broker = Self {
            port,
            dir,
            child: None,
        };
        broker.start();
        broker
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn start(&mut self) {
        let log = std::fs::File::create(self.path("mosquitto.log")).unwrap();
        let child = Command::new("/usr/sbin/mosquitto")
            .arg("-c")
            .arg(self.path("mosquitto.conf"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        for _ in 0..500 {
            if StdStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!(
            "mosquitto: {}",
            std::fs::read_to_string(self.path("mosquitto.log")).unwrap()
        );
    }

    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn options(&self, client_id: &str) -> SessionOptions {
        options(self.port, client_id)
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.stop();
    }
}

pub fn options(port: u16, client_id: &str) -> SessionOptions {
    let mut options = SessionOptions::new("127.0.0.1", port, client_id);
    options.backoff = Backoff {
        first: Duration::from_millis(50),
        longest: Duration::from_millis(200),
    };
    options
}

pub fn subscription(filter: &str, qos: QoS) -> Subscription {
    Subscription::new(TopicFilter::new(filter).unwrap(), qos)
}

pub fn outgoing(topic: &str, payload: &str, qos: QoS) -> Outgoing {
    Outgoing {
        topic: TopicName::new(topic).unwrap(),
        payload: Bytes::copy_from_slice(payload.as_bytes()),
        qos,
        retain: false,
        properties: Properties::default(),
    }
}

/// Remembers everything; acknowledges at once if told so.
pub struct Recorder {
    seen: watch::Sender<Seen>,
    acks: Mutex<Vec<Ack>>,
    acknowledge: bool,
}

#[derive(Clone, Default)]
pub struct Seen {
    pub messages: Vec<Message>,
    pub events: Vec<Event>,
}

impl Recorder {
    pub fn acknowledging() -> Arc<Self> {
        Self::new(true)
    }

    pub fn holding() -> Arc<Self> {
        Self::new(false)
    }

    fn new(acknowledge: bool) -> Arc<Self> {
        let seen = watch::channel(Seen::default()).0;
        Arc::new(Self {
            seen,
            acks: Mutex::default(),
            acknowledge,
        })
    }

    pub async fn until(&self, what: &str, enough: impl Fn(&Seen) -> bool) -> Seen {
        let mut seen = self.seen.subscribe();
        match tokio::time::timeout(LIMIT, seen.wait_for(|seen| enough(seen))).await {
            Ok(seen) => seen.unwrap().clone(),
            Err(_) => panic!("no {what} in {:?}", self.seen.borrow().events),
        }
    }

    pub async fn messages(&self, count: usize) -> Vec<Message> {
        self.until("message", |seen| seen.messages.len() >= count)
            .await
            .messages
    }

    pub async fn subscribed(&self) {
        let is = |event: &Event| matches!(event, Event::Subscribed { .. });
        self.until("subscription", |seen| seen.events.iter().any(is))
            .await;
    }

    pub fn now(&self) -> Seen {
        self.seen.borrow().clone()
    }

    pub fn take_acks(&self) -> Vec<Ack> {
        std::mem::take(&mut *self.acks.lock().unwrap())
    }
}

impl Sink for Recorder {
    fn deliver(&self, batch: Vec<Delivery>) {
        assert!(!batch.is_empty());
        self.seen.send_modify(|seen| {
            for delivery in batch {
                assert_eq!(delivery.ack.is_some(), delivery.message.qos != QoS::AtMostOnce);
                seen.messages.push(delivery.message);
                match delivery.ack {
                    Some(ack) if self.acknowledge => ack.send(),
                    Some(ack) => self.acks.lock().unwrap().push(*ack),
                    None => {}
                }
            }
        });
    }

    fn event(&self, _at: Timestamp, event: Event) {
        self.seen.send_modify(|seen| seen.events.push(event));
    }
}

pub async fn status(session: &Session, what: &str, is: impl Fn(&Status) -> bool) -> Status {
    let mut status = session.status();
    match tokio::time::timeout(LIMIT, status.wait_for(|status| is(status))).await {
        Ok(status) => status.unwrap().clone(),
        Err(_) => panic!("no {what}: {:?}", session.status().borrow().clone()),
    }
}

pub async fn connected(session: &Session) -> Status {
    status(session, "connection", |s| {
        matches!(s.phase, Phase::Connected { .. })
    })
    .await
}

/// A session that is connected, and what it receives.
pub async fn start(options: SessionOptions) -> (Session, Arc<Recorder>) {
    let recorder = Recorder::acknowledging();
    let subscribes = !options.subscriptions.is_empty();
    let session = Session::start(options, recorder.clone());
    connected(&session).await;
    if subscribes {
        recorder.subscribed().await;
    }
    (session, recorder)
}

/// One accepted connection, byte for byte.
pub struct Peer(pub TcpStream);

pub const CONNACK: &[u8] = &[0x20, 3, 0, 0, 0];

impl Peer {
    pub async fn accept(listener: &TcpListener) -> Self {
        Self(
            tokio::time::timeout(LIMIT, listener.accept())
                .await
                .unwrap()
                .unwrap()
                .0,
        )
    }

    /// Accepts, reads CONNECT, and answers it.
    pub async fn greet(listener: &TcpListener, connack: &[u8]) -> Self {
        let mut peer = Self::accept(listener).await;
        assert_eq!(peer.packet().await.0 >> 4, 1);
        peer.send(connack).await;
        peer
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    /// The first byte and the body of the next packet.
    pub async fn packet(&mut self) -> (u8, Vec<u8>) {
        tokio::time::timeout(LIMIT, self.read()).await.unwrap().unwrap()
    }

    pub async fn read(&mut self) -> std::io::Result<(u8, Vec<u8>)> {
        let first = self.0.read_u8().await?;
        let (mut len, mut shift) = (0_usize, 0);
        loop {
            let byte = self.0.read_u8().await?;
            len |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; len];
        self.0.read_exact(&mut body).await?;
        Ok((first, body))
    }
}

pub async fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// A whole packet from its first byte and its body of less than 16,384 bytes.
pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    if body.len() > 127 {
        packet.push(body.len() as u8 | 0x80);
        packet.push((body.len() >> 7) as u8);
    } else {
        packet.push(body.len() as u8);
    }
    packet.extend_from_slice(body);
    packet
}

/// A session whose packets go into this log.
pub fn logging(packets: &Arc<PacketLog>) -> Following {
    Following {
        packets: packets.clone(),
        ..Following::default()
    }
}
