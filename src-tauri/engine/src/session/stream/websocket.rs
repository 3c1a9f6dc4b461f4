//! MQTT inside WebSocket (MQTT 5, 6): the client handshake with subprotocol `mqtt`, then binary
//! messages as one stream of bytes.
//!
//! Packets need not align with messages, in either direction.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use futures_util::{Sink, Stream as _};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::http::Uri;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::super::failure::Failure;
use super::super::options::SessionOptions;
use super::Stream;

/// A message may hold several packets; what one packet may not have, several may.
const SLACK: usize = 16 * 1024 * 1024;

/// Asks the server of `options` for a WebSocket at `path`.
pub(super) async fn handshake<S: Stream>(
    stream: S,
    options: &SessionOptions,
    path: &str,
) -> Result<Binary<S>, Failure> {
    let host = options.bare_host();
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let scheme = if options.transport.uses_tls() { "wss" } else { "ws" };
    let slash = if path.starts_with('/') { "" } else { "/" };
    let uri: Uri = format!("{scheme}://{host}:{}{slash}{path}", options.port)
        .parse()
        .map_err(|error| failure(&format!("{error}")))?;
    let request = ClientRequestBuilder::new(uri).with_sub_protocol("mqtt");
    let request = options
        .headers
        .0
        .iter()
        .fold(request, |request, (name, value)| request.with_header(name, value));
    let limit = Some(options.maximum_packet_size as usize + SLACK);
    let config = WebSocketConfig::default()
        .max_message_size(limit)
        .max_frame_size(limit);
    let (socket, _response) = client_async_with_config(request, stream, Some(config))
        .await
        .map_err(|error| match &error {
            Error::Http(response) => Failure::WebSocket {
                status: Some(response.status().as_u16()),
                detail: error.to_string(),
            },
            Error::Io(error) => failure(&error.to_string()),
            error => failure(&error.to_string()),
        })?;
    Ok(Binary {
        socket,
        rest: Bytes::new(),
    })
}

fn failure(detail: &str) -> Failure {
    Failure::WebSocket {
        status: None,
        detail: detail.to_owned(),
    }
}

/// The bytes inside the binary messages of a WebSocket.
pub(super) struct Binary<S> {
    socket: WebSocketStream<S>,
    /// What is left of the latest message.
    rest: Bytes,
}

impl<S: Stream> AsyncRead for Binary<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut self.socket).poll_next(cx)) {
                Some(Ok(Message::Binary(bytes))) => self.rest = bytes,
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Ok(Message::Close(_))) | None => return Poll::Ready(Ok(())),
                Some(Ok(Message::Text(_))) => {
                    let error = "text message in a WebSocket that carries MQTT";
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, error)));
                }
                Some(Err(error)) => return Poll::Ready(Err(io_error(error))),
            }
        }
        let n = self.rest.len().min(buf.remaining());
        buf.put_slice(&self.rest[..n]);
        self.rest.advance(n);
        Poll::Ready(Ok(()))
    }
}

impl<S: Stream> AsyncWrite for Binary<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let mut socket = Pin::new(&mut self.socket);
        ready!(socket.as_mut().poll_ready(cx)).map_err(io_error)?;
        socket
            .start_send(Message::Binary(Bytes::copy_from_slice(buf)))
            .map_err(io_error)?;
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx).map_err(io_error)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_close(cx).map_err(io_error)
    }
}

fn io_error(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        Error::ConnectionClosed | Error::AlreadyClosed => io::ErrorKind::ConnectionAborted.into(),
        other => io::Error::other(other),
    }
}
