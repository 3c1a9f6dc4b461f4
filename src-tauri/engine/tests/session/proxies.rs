//! Ways through an HTTP or a SOCKS proxy, and why there is none.

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use treetop_engine::session::{
    Failure, Proxy, ProxyFailure, ProxyKind, Secret, SessionOptions, Step, TestStep, test,
};

use super::support::*;
use super::transports::{round_trip, tls_broker, tls_options};

fn through(options: &mut SessionOptions, kind: ProxyKind, port: u16) {
    options.proxy = Some(Proxy {
        kind,
        host: "localhost".to_owned(),
        port,
        username: None,
        password: None,
    });
}

async fn proxy_failure(options: SessionOptions) -> ProxyFailure {
    let steps = test(options).await;
    assert_eq!(steps.len(), 1, "{steps:?}");
    match &steps[0] {
        TestStep {
            step: Step::Proxy,
            result: Err(Failure::Proxy { kind, .. }),
            ..
        } => *kind,
        other => panic!("{other:?}"),
    }
}

/// The head of an HTTP request.
pub async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// An HTTP proxy that wants `me:secret` and then serves one connection after the other.
async fn http_proxy() -> u16 {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let head = head(&mut client).await;
                if !head.contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n") {
                    let refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
                    client.write_all(refusal).await.unwrap();
                    return;
                }
                let target = head.split(' ').nth(1).unwrap();
                let mut server = TcpStream::connect(target).await.unwrap();
                client
                    .write_all(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
                    .await
                    .unwrap();
                // Whoever ends first ends both.
                let _ended = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    port
}

/// A SOCKS 5 proxy that wants `me` and `secret`.
async fn socks_proxy() -> u16 {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(socks_client(client));
        }
    });
    port
}

async fn socks_client(mut client: TcpStream) -> std::io::Result<()> {
    let mut greeting = [0; 2];
    client.read_exact(&mut greeting).await?;
    let mut methods = vec![0; greeting[1].into()];
    client.read_exact(&mut methods).await?;
    if !methods.contains(&2) {
        return client.write_all(&[5, 0xff]).await;
    }
    client.write_all(&[5, 2]).await?;
    let mut texts = Vec::new();
    assert_eq!(client.read_u8().await?, 1);
    for _ in 0..2 {
        let mut text = vec![0; client.read_u8().await?.into()];
        client.read_exact(&mut text).await?;
        texts.push(text);
    }
    if texts != [b"me".to_vec(), b"secret".to_vec()] {
        return client.write_all(&[1, 1]).await;
    }
    client.write_all(&[1, 0]).await?;
    let mut request = [0; 4];
    client.read_exact(&mut request).await?;
    assert_eq!(request[..3], [5, 1, 0]);
    let host = match request[3] {
        1 => {
            let mut address = [0; 4];
            client.read_exact(&mut address).await?;
            std::net::Ipv4Addr::from(address).to_string()
        }
        3 => {
            let mut name = vec![0; client.read_u8().await?.into()];
            client.read_exact(&mut name).await?;
            String::from_utf8(name).unwrap()
        }
        other => panic!("address type {other}"),
    };
    let port = client.read_u16().await?;
    let Ok(mut server) = TcpStream::connect((host.as_str(), port)).await else {
        return client.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await;
    };
    client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 9]).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

#[tokio::test]
async fn messages_go_through_proxies_that_want_a_password() {
    let plain = Mosquitto::open();
    let secure = tls_broker("server", "");
    for (kind, port) in [
        (ProxyKind::Http, http_proxy().await),
        (ProxyKind::Socks5, socks_proxy().await),
    ] {
        for mut options in [plain.options("proxied"), tls_options(&secure)] {
            through(&mut options, kind, port);
            assert_eq!(
                proxy_failure(options.clone()).await,
                ProxyFailure::SignIn,
                "{kind:?}"
            );
            let proxy = options.proxy.as_mut().unwrap();
            proxy.username = Some("me".to_owned());
            proxy.password = Some(Secret::new("wrong"));
            assert_eq!(
                proxy_failure(options.clone()).await,
                ProxyFailure::SignIn,
                "{kind:?}"
            );
            options.proxy.as_mut().unwrap().password = Some(Secret::new("secret"));
            let steps = test(options.clone()).await;
            assert_eq!(steps[0].step, Step::Proxy);
            assert!(steps.iter().all(|step| step.result.is_ok()), "{steps:?}");
            round_trip(options).await;
        }
    }
}

/// A listener that answers the first bytes with these.
async fn answering(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut first = [0; 3];
        client.read_exact(&mut first).await.unwrap();
        client.write_all(answer).await.unwrap();
        let mut rest = Vec::new();
        let _until_closed = client.read_to_end(&mut rest).await;
    });
    port
}

#[tokio::test]
async fn a_proxy_that_does_not_open_the_way_says_why() {
    let mut options = SessionOptions::new("broker.invalid", 1883, "proxied");
    through(&mut options, ProxyKind::Http, free_port());
    assert_eq!(proxy_failure(options.clone()).await, ProxyFailure::Unreachable);
    through(
        &mut options,
        ProxyKind::Http,
        answering(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n").await,
    );
    let refused = ProxyFailure::RefusedHttp { status: 503 };
    assert_eq!(proxy_failure(options.clone()).await, refused);
    through(&mut options, ProxyKind::Http, answering(b"SSH-2.0-x\r\n").await);
    assert_eq!(proxy_failure(options.clone()).await, ProxyFailure::NotAProxy);
    let refusal = b"\x05\x00\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00";
    through(&mut options, ProxyKind::Socks5, answering(refusal).await);
    let refused = ProxyFailure::RefusedSocks { reply: 4 };
    assert_eq!(proxy_failure(options.clone()).await, refused);
    through(
        &mut options,
        ProxyKind::Socks5,
        answering(b"HTTP/1.1 400 No\r\n\r\n").await,
    );
    assert_eq!(proxy_failure(options).await, ProxyFailure::NotAProxy);
}
