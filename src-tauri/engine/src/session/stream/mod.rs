//! The way to the broker, step by step: name, TCP, TLS, WebSocket, each with its own failure, and
//! the tap over the plain MQTT bytes.
//!
//! Nothing here sends or understands MQTT beyond what the tap listens for.

mod certificate;
mod gate;
mod identity;
mod plain;
mod proxy;
mod tap;
mod tls;
mod websocket;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;

pub(super) use gate::Gate;
pub(super) use tap::Tap;
pub(super) use wire::Wire;

use super::failure::{Failure, TcpFailure, TlsFailure};
use super::options::SessionOptions;
use super::status::Step;

/// A head start for each address before the next one is tried beside it (RFC 8305).
const HEAD_START: Duration = Duration::from_millis(250);

/// Any transport with MQTT bytes in it.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// Opens the way to the broker. The failure is kept by the wire; the error is only a signal.
pub(super) async fn open(options: Arc<SessionOptions>, wire: Arc<Wire>) -> io::Result<Tap<Box<dyn Stream>>> {
    match dial(&options, &wire).await {
        Ok(stream) => {
            wire.step(Step::Connack);
            Ok(Tap::new(stream, wire, options.maximum_packet_size))
        }
        Err(failure) => {
            let signal = io::Error::other(failure.to_string());
            wire.fail(failure);
            Err(signal)
        }
    }
}

async fn dial(options: &SessionOptions, wire: &Arc<Wire>) -> Result<Box<dyn Stream>, Failure> {
    let host = options.bare_host();
    let tcp = match &options.proxy {
        Some(proxy) => {
            wire.step(Step::Proxy);
            proxy::open(proxy, host, options.port).await?
        }
        None => {
            wire.step(Step::Resolve);
            let addresses = resolve(host, options.port).await?;
            wire.note(shown(&addresses));
            wire.step(Step::Tcp);
            connect(addresses).await?
        }
    };
    let mut stream: Box<dyn Stream> = if options.transport.uses_tls() {
        wire.step(Step::Tls);
        let stream = tls::handshake(tcp, host, &options.tls).await?;
        wire.note(tls::version(&stream));
        Box::new(stream)
    } else {
        Box::new(plain::Plain::new(tcp, wire.clone()))
    };
    if let Some(path) = options.transport.websocket_path() {
        wire.step(Step::WebSocket);
        stream = Box::new(websocket::handshake(stream, options, path).await?);
    }
    Ok(stream)
}

/// The failure of a connection without TLS, or what is behind it: brokers hang up without a word on
/// who speaks no TLS to a port that has it. It takes a connection of its own to find out.
pub(super) async fn behind(options: &SessionOptions, failure: Failure) -> Failure {
    let may_be = match &failure {
        Failure::Unanswered { .. } => true,
        Failure::WebSocket { status, .. } => status.is_none(),
        _ => false,
    };
    if !may_be || options.transport.uses_tls() {
        return failure;
    }
    let host = options.bare_host();
    let spoken = async {
        let tcp = match &options.proxy {
            Some(proxy) => proxy::open(proxy, host, options.port).await?,
            None => connect(resolve(host, options.port).await?).await?,
        };
        tls::is_spoken(tcp, host).await
    };
    match tokio::time::timeout(options.connect_timeout, spoken).await {
        Ok(Ok(true)) => Failure::Tls {
            kind: TlsFailure::TlsExpected,
            detail: failure.to_string(),
        },
        _ => failure,
    }
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
    let failure = |detail: String| Failure::Resolve {
        host: host.to_owned(),
        detail,
    };
    let addresses: Vec<_> = lookup_host((host, port))
        .await
        .map_err(|error| failure(error.to_string()))?
        .collect();
    if addresses.is_empty() {
        return Err(failure("no address".to_owned()));
    }
    Ok(addresses)
}

/// The addresses of a name in one line, as far as they fit.
fn shown(addresses: &[SocketAddr]) -> Option<String> {
    let first = addresses.first()?.ip();
    Some(match addresses.len() {
        1 => first.to_string(),
        count => format!("{first} +{}", count - 1),
    })
}

/// The first address that answers wins; the others are dropped.
async fn connect(addresses: Vec<SocketAddr>) -> Result<TcpStream, Failure> {
    let mut tries = JoinSet::new();
    for (n, address) in (0..).zip(addresses) {
        tries.spawn(async move {
            tokio::time::sleep(HEAD_START * n).await;
            TcpStream::connect(address)
                .await
                .map_err(|error| tcp_failure(address, &error))
        });
    }
    let mut last = Failure::Tcp {
        address: None,
        kind: TcpFailure::Other,
        detail: "no address was tried".to_owned(),
    };
    while let Some(tried) = tries.join_next().await {
        match tried {
            Ok(Ok(stream)) => {
                // Without it a small publish waits for the acknowledgement of the one before; a
                // system that cannot set it is slower, not wrong.
                let _slower_without = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(failure)) => last = failure,
            Err(_aborted) => {}
        }
    }
    Err(last)
}

fn tcp_failure(address: SocketAddr, error: &io::Error) -> Failure {
    let kind = match error.kind() {
        io::ErrorKind::ConnectionRefused => TcpFailure::Refused,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => TcpFailure::Unreachable,
        io::ErrorKind::TimedOut => TcpFailure::TimedOut,
        _ => TcpFailure::Other,
    };
    Failure::Tcp {
        address: Some(address),
        kind,
        detail: error.to_string(),
    }
}
