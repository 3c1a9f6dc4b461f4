//! Listens to the plain MQTT bytes on their way to and from the client library.
//!
//! It exists because the library throws away what a person wants to read: reason texts, server
//! references, the short forms of DISCONNECT. It also keeps the library from losing messages: when
//! a connection ends, packets that came before the end are handed over and taken first.
//!
//! It does not decode messages: payloads pass by length, uncopied until they are handed over.

use std::collections::VecDeque;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

use super::super::decode::{self, Head, Short};
use super::super::failure::{Failure, ProtocolFailure, Reason};
use super::super::identifiers;
use super::super::packets::{Direction, Kind, Listener};
use super::gate::Gate;
use super::tls;
use super::wire::Wire;
use crate::message::Timestamp;

/// Read at once at most.
const CHUNK: usize = 64 * 1024;

/// How long a dropped connection may take to end in order.
const LINGER: Duration = Duration::from_secs(1);

/// A stream that passes bytes on and tells the wire what it saw.
pub(in super::super) struct Tap<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> {
    /// Only a dropped tap has none.
    inner: Option<S>,
    wire: Arc<Wire>,
    /// Where PUBREC waits for a publish that somebody keeps.
    pubrecs: Arc<Gate>,
    /// Where PUBREL waits, if it is to wait.
    pubrels: Arc<Gate>,
    max_packet: u32,
    /// Read, not looked at.
    raw: BytesMut,
    /// Looked at, not handed over.
    ready: VecDeque<Bytes>,
    /// Bytes of the packet under way that pass without a look.
    passing: usize,
    connected: bool,
    ended: bool,
    /// Bytes were handed over since the reader last had to wait.
    fresh: bool,
    incoming: Listener,
    outgoing: Listener,
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Tap<S> {
    pub(super) fn new(inner: S, wire: Arc<Wire>, max_packet: u32) -> Self {
        Self {
            inner: Some(inner),
            wire,
            pubrecs: Arc::default(),
            pubrels: Arc::default(),
            max_packet,
            raw: BytesMut::new(),
            ready: VecDeque::new(),
            passing: 0,
            connected: false,
            ended: false,
            fresh: false,
            incoming: Listener::new(Direction::In),
            outgoing: Listener::new(Direction::Out),
        }
    }

    fn inner(&mut self) -> &mut S {
        self.inner.as_mut().expect("only drop takes the stream")
    }

    fn end(&mut self, failure: Failure) {
        self.wire.fail(failure);
        self.ended = true;
    }

    fn protocol(&mut self, kind: ProtocolFailure, detail: &str) {
        self.end(Failure::Protocol {
            kind,
            detail: detail.to_owned(),
        });
    }

    /// Looks at what was read and releases what may be handed over.
    fn inspect(&mut self) {
        let mut seen = 0;
        while !self.ended {
            let pass = self.passing.min(self.raw.len() - seen);
            self.passing -= pass;
            seen += pass;
            let head = match decode::head(&self.raw[seen..]) {
                Ok(head) => head,
                Err(Short::Incomplete) => break,
                Err(Short::Malformed) => {
                    let kind = self.kind_of_garbage();
                    self.protocol(kind, "remaining length");
                    break;
                }
            };
            if self.passing > 0 || !self.look(&mut seen, head) {
                break;
            }
        }
        if seen > 0 {
            self.ready.push_back(self.raw.split_to(seen).freeze());
        }
    }

    fn kind_of_garbage(&self) -> ProtocolFailure {
        if self.connected {
            ProtocolFailure::Malformed
        } else {
            ProtocolFailure::NotMqtt
        }
    }

    /// Looks at the packet that starts at `seen`; false if more bytes are needed or nothing follows.
    fn look(&mut self, seen: &mut usize, head: Head) -> bool {
        let total = head.len + head.body;
        if !self.connected && !matches!(head.kind, decode::CONNACK | decode::DISCONNECT | 15) {
            self.protocol(ProtocolFailure::NotMqtt, "the first packet is not a CONNACK");
            return false;
        }
        if total as u64 > u64::from(self.max_packet) {
            let kind = ProtocolFailure::PacketTooLarge {
                size: total as u32,
                max: self.max_packet,
            };
            self.protocol(kind, "a packet is larger than announced");
            return false;
        }
        let whole = self.raw.len() - *seen >= total;
        match head.kind {
            decode::CONNACK | decode::DISCONNECT if !whole => return false,
            decode::CONNACK => return self.connack(*seen, head),
            decode::DISCONNECT => {
                let reason = decode::disconnect(&self.raw[*seen + head.len..*seen + total]);
                self.end(Failure::Disconnected(reason));
                return false;
            }
            decode::PINGRESP => self.wire.ping_answered(),
            decode::PUBLISH => return self.publish(seen, head),
            decode::PUBREC if !whole => return false,
            decode::PUBREC => {
                let body = &self.raw[*seen + head.len..*seen + total];
                let kept =
                    decode::pubrec(body).and_then(|packet| Some((packet, self.wire.flights.kept(packet)?)));
                if let Some((packet, token)) = kept {
                    let frame = self.take_out(seen, total);
                    self.pubrecs.hold(packet, frame);
                    self.wire.flights.received(token, packet, self.pubrecs.clone());
                    return true;
                }
            }
            decode::PUBREL if self.wire.holds() && head.body >= 2 => {
                if !whole {
                    return false;
                }
                let frame = self.take_out(seen, total);
                let packet = u16::from_be_bytes([frame[head.len], frame[head.len + 1]]);
                self.pubrels.hold(packet, frame);
                self.wire.release(packet, self.pubrels.clone());
                return true;
            }
            _ => {}
        }
        self.passing = total;
        true
    }

    fn connack(&mut self, at: usize, head: Head) -> bool {
        let total = head.len + head.body;
        let Some(connack) = decode::connack(&self.raw[at + head.len..at + total]) else {
            self.protocol(ProtocolFailure::Malformed, "CONNACK");
            return false;
        };
        let (code, receive_maximum) = (connack.code, connack.receive_maximum);
        let reason = Reason {
            code,
            reason_string: connack.reason_string.clone(),
            server_reference: connack.server_reference.clone(),
            user_properties: connack.user_properties.clone(),
        };
        self.wire.set_connack(connack);
        if code >= 0x80 {
            self.end(Failure::Refused(reason));
            return false;
        }
        if receive_maximum == 0 {
            self.protocol(
                ProtocolFailure::ReceiveMaximumZero,
                "CONNACK with receive maximum 0",
            );
            return false;
        }
        self.connected = true;
        self.passing = total;
        true
    }

    /// Lets a PUBLISH pass, with one subscription identifier in place of several.
    fn publish(&mut self, seen: &mut usize, head: Head) -> bool {
        let packet = &self.raw[*seen..];
        let at = match identifiers::publish(packet, head) {
            Err(Short::Incomplete) => return false,
            Err(Short::Malformed) | Ok(None) => None,
            Ok(at) => at,
        };
        let total = head.len + head.body;
        // MQTT 5, 3.3.2.1. The library lets it pass, and nobody could tell where the message belongs.
        let named = packet.get(head.len..head.len + 2) != Some(&[0, 0]);
        if !named && !at.is_some_and(|at| identifiers::has_alias(&packet[at.properties_at..at.payload_at])) {
            self.protocol(ProtocolFailure::Malformed, "a PUBLISH without a topic");
            return false;
        }
        let ids = at
            .and_then(|at| identifiers::subscription_ids(&packet[at.properties_at..at.payload_at]))
            .unwrap_or_default();
        if let Some(at) = at
            && ids.len() > 1
            && let Some(rewritten) = identifiers::with_one_id(packet, head, at, self.wire.set_id(ids))
        {
            self.ready.push_back(self.raw.split_to(*seen).freeze());
            self.ready.push_back(Bytes::from(rewritten));
            self.raw.advance(at.payload_at);
            *seen = 0;
            self.passing = total - at.payload_at;
        } else {
            self.passing = total;
        }
        true
    }

    /// Takes a whole packet out of what is handed over, to be put back when its gate opens.
    fn take_out(&mut self, seen: &mut usize, total: usize) -> Bytes {
        self.ready.push_back(self.raw.split_to(*seen).freeze());
        *seen = 0;
        self.raw.split_to(total).freeze()
    }

    fn hand_over(&mut self, buf: &mut ReadBuf<'_>) -> bool {
        let before = buf.filled().len();
        while let Some(front) = self.ready.front_mut() {
            let n = front.len().min(buf.remaining());
            buf.put_slice(&front[..n]);
            front.advance(n);
            if !front.is_empty() {
                break;
            }
            self.ready.pop_front();
        }
        let some = buf.filled().len() > before;
        self.fresh |= some;
        some
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            // Between two packets, what was held back may take its place.
            if this.passing == 0 {
                this.ready.extend(this.pubrecs.pass(cx.waker()));
                this.ready.extend(this.pubrels.pass(cx.waker()));
            }
            if this.hand_over(buf) || buf.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            if this.ended {
                // The library forgets what it read in the same go as an end. A moment of waiting
                // makes it finish with what came before.
                if std::mem::take(&mut this.fresh) {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                return Poll::Ready(Ok(()));
            }
            this.raw.reserve(CHUNK);
            let inner = this.inner.as_mut().expect("only drop takes the stream");
            let read = pin!(inner.read_buf(&mut this.raw)).poll(cx);
            match read {
                Poll::Pending => {
                    this.fresh = false;
                    return Poll::Pending;
                }
                Poll::Ready(Ok(0)) => this.ended = true,
                Poll::Ready(Ok(n)) => {
                    this.wire.count_in(n);
                    let read = &this.raw[this.raw.len() - n..];
                    let log = this.wire.packets();
                    this.incoming.feed(read, log, Kind::Pingresp, Timestamp::now);
                    this.inspect();
                }
                Poll::Ready(Err(error)) => this.end(tls::lost(&error)),
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let result = ready!(Pin::new(self.inner()).poll_write(cx, buf));
        match &result {
            Ok(n) => {
                self.wire.count_out(*n);
                let this = &mut *self;
                let sent = &buf[..*n];
                let log = this.wire.packets();
                if this.outgoing.feed(sent, log, Kind::Pingreq, Timestamp::now) {
                    this.wire.ping_sent();
                }
            }
            Err(error) => self.wire.fail(tls::lost(error)),
        }
        Poll::Ready(result)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.inner()).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.inner()).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Drop for Tap<S> {
    /// Ends the connection in order and reads what still comes: closing a socket with unread bytes
    /// resets it, and a reset may overtake our DISCONNECT, so that the broker sends the will.
    fn drop(&mut self) {
        for listener in [&mut self.incoming, &mut self.outgoing] {
            listener.end(self.wire.packets());
        }
        if let (Some(mut inner), Ok(runtime)) = (self.inner.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                let end = async {
                    inner.shutdown().await?;
                    tokio::io::copy(&mut inner, &mut tokio::io::sink()).await
                };
                // There is nobody left to tell how it went.
                let _ended_or_cut = tokio::time::timeout(LINGER, end).await;
            });
        }
    }
}
