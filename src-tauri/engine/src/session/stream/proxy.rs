//! The way through a proxy: HTTP CONNECT (RFC 9110, 9.3.6) or SOCKS 5 (RFC 1928, 1929).
//!
//! The proxy looks up the broker's name, as it may know names that this computer does not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::failure::{Failure, ProxyFailure};
use super::super::options::{Proxy, ProxyKind};

/// The longest head of an HTTP answer that is read.
const LONGEST_HEAD: usize = 16 * 1024;

/// The longest text SOCKS 5 can carry, in bytes.
const LONGEST_TEXT: usize = 255;

/// A stream to `host`, as the proxy sees it.
pub(super) async fn open(proxy: &Proxy, host: &str, port: u16) -> Result<TcpStream, Failure> {
    let mut stream = reach(proxy).await?;
    let opened = match proxy.kind {
        ProxyKind::Http => http(&mut stream, proxy, host, port).await,
        ProxyKind::Socks5 => socks(&mut stream, proxy, host, port).await,
    };
    opened.map_err(|refusal| {
        let (kind, detail) = match refusal {
            Refusal::Said(kind, detail) => (kind, detail),
            Refusal::Ended(error) => (ProxyFailure::Closed, error.to_string()),
        };
        failure(proxy, kind, detail)
    })?;
    Ok(stream)
}

fn failure(proxy: &Proxy, kind: ProxyFailure, detail: String) -> Failure {
    let address = format!("{}:{}", bracketed(&proxy.host), proxy.port);
    Failure::Proxy {
        address,
        kind,
        detail,
    }
}

async fn reach(proxy: &Proxy) -> Result<TcpStream, Failure> {
    let reached = async { super::connect(super::resolve(&proxy.host, proxy.port).await?).await };
    reached
        .await
        .map_err(|error: Failure| failure(proxy, ProxyFailure::Unreachable, error.to_string()))
}

/// Why the proxy did not open the way.
enum Refusal {
    Said(ProxyFailure, String),
    Ended(std::io::Error),
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        Self::Ended(error)
    }
}

fn said<T>(kind: ProxyFailure, detail: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Said(kind, detail.into()))
}

fn bracketed(host: &str) -> String {
    if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

async fn http(stream: &mut TcpStream, proxy: &Proxy, host: &str, port: u16) -> Result<(), Refusal> {
    let target = format!("{}:{port}", bracketed(host));
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(username) = &proxy.username {
        let mut pair = format!("{username}:").into_bytes();
        if let Some(password) = &proxy.password {
            pair.extend_from_slice(&password.expose());
        }
        request.extend_from_slice(b"Proxy-Authorization: Basic ");
        request.extend_from_slice(STANDARD.encode(pair).as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    stream.write_all(&request).await?;
    // Byte by byte: what follows the head belongs to the broker.
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
        if head.len() == 5 && head != b"HTTP/" || head.len() > LONGEST_HEAD {
            return said(ProxyFailure::NotAProxy, "the answer is not HTTP");
        }
    }
    let line = String::from_utf8_lossy(&head);
    let line = line.lines().next().unwrap_or_default();
    match line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse::<u16>().ok())
    {
        Some(200..=299) => Ok(()),
        Some(407) => said(ProxyFailure::SignIn, line),
        Some(status) => said(ProxyFailure::RefusedHttp { status }, line),
        None => said(ProxyFailure::NotAProxy, line),
    }
}

const SOCKS: u8 = 5;
const NO_SIGN_IN: u8 = 0;
const PASSWORD: u8 = 2;

async fn socks(stream: &mut TcpStream, proxy: &Proxy, host: &str, port: u16) -> Result<(), Refusal> {
    match &proxy.username {
        Some(_) => stream.write_all(&[SOCKS, 2, NO_SIGN_IN, PASSWORD]).await?,
        None => stream.write_all(&[SOCKS, 1, NO_SIGN_IN]).await?,
    }
    if stream.read_u8().await? != SOCKS {
        return said(ProxyFailure::NotAProxy, "the answer is not SOCKS 5");
    }
    match stream.read_u8().await? {
        NO_SIGN_IN => {}
        PASSWORD => {
            let password = proxy.password.as_ref().map(super::super::Secret::expose);
            let mut sign_in = vec![1];
            push(
                &mut sign_in,
                proxy.username.as_deref().unwrap_or_default().as_bytes(),
            );
            push(&mut sign_in, password.as_deref().unwrap_or_default());
            stream.write_all(&sign_in).await?;
            let _version = stream.read_u8().await?;
            if stream.read_u8().await? != 0 {
                return said(ProxyFailure::SignIn, "wrong user name or password");
            }
        }
        _ => return said(ProxyFailure::SignIn, "the proxy wants another way to sign in"),
    }
    let mut request = vec![SOCKS, 1, 0];
    match host.parse() {
        Ok(std::net::IpAddr::V4(address)) => {
            request.push(1);
            request.extend_from_slice(&address.octets());
        }
        Ok(std::net::IpAddr::V6(address)) => {
            request.push(4);
            request.extend_from_slice(&address.octets());
        }
        Err(_) => {
            request.push(3);
            push(&mut request, host.as_bytes());
        }
    }
    request.extend_from_slice(&port.to_be_bytes());
    stream.write_all(&request).await?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).await?;
    if answer[1] != 0 {
        let reply = answer[1];
        return said(ProxyFailure::RefusedSocks { reply }, format!("reply {reply}"));
    }
    // The address the proxy uses; nothing is done with it.
    let length = match answer[3] {
        1 => 4,
        3 => usize::from(stream.read_u8().await?),
        4 => 16,
        _ => return said(ProxyFailure::NotAProxy, "the answer is not SOCKS 5"),
    };
    let mut bound = vec![0; length + 2];
    stream.read_exact(&mut bound).await?;
    Ok(())
}

/// A text with its length before it; what is too long was refused when the connection was checked.
fn push(to: &mut Vec<u8>, text: &[u8]) {
    let text = &text[..text.len().min(LONGEST_TEXT)];
    to.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    to.extend_from_slice(text);
}
