//! A connection without TLS that notices when the other side wanted TLS.
//!
//! A server with TLS answers what it can't read with an alert. What is above would call that a
//! broken answer; the alert says what to change.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::super::failure::{Failure, TlsFailure};
use super::{Stream, Wire};

/// An alert record of TLS begins like this (RFC 8446, 5.1).
const ALERT: [u8; 2] = [0x15, 0x03];

/// Passes everything through; looks at the first bytes that arrive.
pub(super) struct Plain<S> {
    stream: S,
    /// Taken at the first bytes.
    wire: Option<Arc<Wire>>,
}

impl<S: Stream> Plain<S> {
    pub(super) fn new(stream: S, wire: Arc<Wire>) -> Self {
        Self {
            stream,
            wire: Some(wire),
        }
    }
}

impl<S: Stream> AsyncRead for Plain<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let read = &buf.filled()[before..];
        if !read.is_empty()
            && let Some(wire) = self.wire.take()
            && read.starts_with(&ALERT)
        {
            wire.fail(Failure::Tls {
                kind: TlsFailure::TlsExpected,
                detail: "the answer is a TLS alert".to_owned(),
            });
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: Stream> AsyncWrite for Plain<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
