//! The guards themselves: a suite that trusts its tools has to see them fail where they should.
#![allow(clippy::unwrap_used)]

use std::{net::Ipv4Addr, path::Path, process::Command, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use treetop_tests::{
    Certificates, Clients, Error, Mosquitto, Proxy,
    certificates::Identity,
    mosquitto::Listener,
    proxy::{Direction, Line},
};

/// Long enough for a stalled byte to have come through, if it could.
const QUIET: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_message_arrives_whole_with_its_properties() {
    let broker = Mosquitto::start().await.unwrap();
    let clients = Clients::new(broker.port());
    let mut subscriber = clients.subscribe("plant/#", &["-q", "1"]).await.unwrap();
    let properties = [
        "-q",
        "1",
        "-D",
        "publish",
        "response-topic",
        "reply",
        "-D",
        "publish",
        "content-type",
        "x/y",
    ];
    clients
        .publish("plant/a b", b"\x00\xff\n", &properties)
        .await
        .unwrap();
    clients.publish("plant/empty", b"", &["-q", "1"]).await.unwrap();

    let message = subscriber.next().await.unwrap();
    assert_eq!(
        (message.topic.as_str(), message.payload.as_slice()),
        ("plant/a b", &b"\x00\xff\n"[..])
    );
    assert_eq!((message.qos, message.retain), (1, false));
    assert_eq!(
        (message.response_topic.as_str(), message.content_type.as_str()),
        ("reply", "x/y")
    );
    assert_eq!(subscriber.next().await.unwrap().payload, b"");
}

#[tokio::test]
async fn a_request_gets_its_reply() {
    let broker = Mosquitto::start().await.unwrap();
    let clients = Clients::new(broker.port());
    let mut service = clients.subscribe("ask", &[]).await.unwrap();
    let (reply, ()) = tokio::join!(clients.request("ask", "question", "answer/here", &[]), async {
        let question = service.next().await.unwrap();
        assert_eq!(
            (question.payload.as_slice(), question.response_topic.as_str()),
            (&b"question"[..], "answer/here")
        );
        clients
            .publish(&question.response_topic, b"42", &[])
            .await
            .unwrap();
    });
    assert_eq!(reply.unwrap(), b"42");
}

#[tokio::test]
async fn only_the_right_password_opens() {
    let broker = Mosquitto::builder()
        .password("ann", "secret")
        .start()
        .await
        .unwrap();
    let clients = Clients::new(broker.port());
    clients
        .clone()
        .user("ann", "secret")
        .publish("a", b"1", &["-q", "1"])
        .await
        .unwrap();
    let refused = clients
        .user("ann", "wrong")
        .publish("a", b"1", &["-q", "1"])
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("ot authori"), "{refused}");
}

#[tokio::test]
async fn each_certificate_is_good_or_bad_as_its_name_says() {
    let certificates = Certificates::new().unwrap();
    for (server, good) in [
        (&certificates.server, true),
        (&certificates.expired, false),
        (&certificates.wrong_name, false),
        (&certificates.self_signed, false),
    ] {
        let broker = Mosquitto::builder().tls(server).start().await.unwrap();
        let clients = Clients::new(broker.port_of(Listener::Tls));
        let result = clients
            .clone()
            .trust(&certificates.authority)
            .publish("a", b"1", &["-q", "1"])
            .await;
        assert_eq!(
            result.is_ok(),
            good,
            "{}: {result:?}",
            server.certificate.display()
        );
        let stranger = clients
            .trust(&certificates.other_authority)
            .publish("a", b"1", &["-q", "1"])
            .await;
        assert!(
            stranger.is_err(),
            "an unrelated authority vouched for {}",
            server.certificate.display()
        );
    }
}

#[tokio::test]
async fn mutual_tls_wants_a_certificate_of_the_authority() {
    let certificates = Certificates::new().unwrap();
    let broker = Mosquitto::builder()
        .mutual_tls(&certificates)
        .start()
        .await
        .unwrap();
    let clients = Clients::new(broker.port_of(Listener::MutualTls)).trust(&certificates.authority);
    let publish = async |identity: Option<&Identity>| {
        let clients = identity.map_or(clients.clone(), |identity| clients.clone().identity(identity));
        clients.publish("a", b"1", &["-q", "1"]).await
    };
    publish(Some(&certificates.client)).await.unwrap();
    assert!(publish(None).await.is_err());
    assert!(publish(Some(&certificates.stranger)).await.is_err());
}

#[tokio::test]
async fn a_websocket_listener_speaks_mqtt_in_websockets() {
    let certificates = Certificates::new().unwrap();
    let broker = Mosquitto::builder()
        .websocket()
        .secure_websocket(&certificates.server)
        .start()
        .await
        .unwrap();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, broker.port_of(Listener::Websocket)))
        .await
        .unwrap();
    stream
        .write_all(
            b"GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
              Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\
              Sec-WebSocket-Protocol: mqtt\r\n\r\n",
        )
        .await
        .unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 101");
    TcpStream::connect((Ipv4Addr::LOCALHOST, broker.port_of(Listener::SecureWebsocket)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_killed_broker_comes_back_on_its_port_with_what_it_kept() {
    let mut broker = Mosquitto::builder().persistent().start().await.unwrap();
    let clients = Clients::new(broker.port());
    clients
        .publish("kept", b"still here", &["-q", "1", "-r"])
        .await
        .unwrap();
    let port = broker.port();

    broker.save().await.unwrap();
    broker.kill();
    assert!(
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err(),
        "it still listens"
    );
    broker.restart().await.unwrap();
    assert_eq!(broker.port(), port);
    let message = clients
        .subscribe("kept", &[])
        .await
        .unwrap()
        .next()
        .await
        .unwrap();
    assert_eq!(
        (message.payload.as_slice(), message.retain),
        (&b"still here"[..], true)
    );

    broker.stop().await.unwrap();
    assert!(
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err(),
        "it still listens"
    );
    assert_eq!(broker.log().0.matches(" starting").count(), 2);
}

#[tokio::test]
async fn a_maximum_packet_size_withholds_larger_messages() {
    let broker = Mosquitto::builder()
        .max_packet_size(60)
        .unlimited_queues()
        .start()
        .await
        .unwrap();
    let clients = Clients::new(broker.port());
    let mut subscriber = clients.subscribe("t", &[]).await.unwrap();
    // Whether mosquitto_pub calls this a failure depends on its version; what arrives does not.
    let _ = clients.publish("t", &[b'x'; 100], &["-q", "1"]).await;
    clients.publish("t", b"small", &["-q", "1"]).await.unwrap();
    assert_eq!(subscriber.next().await.unwrap().payload, b"small");
}

#[tokio::test]
async fn a_broken_configuration_says_why() {
    let result = Mosquitto::builder().line("no_such_option 1").start().await;
    let Err(Error::Ended { log, .. }) = result else {
        panic!("it started")
    };
    assert!(log.0.contains("no_such_option"), "{log}");
}

#[tokio::test]
async fn dropping_a_guard_ends_its_process_and_removes_its_files() {
    let broker = Mosquitto::start().await.unwrap();
    let (port, directory) = (broker.port(), broker.directory().to_owned());
    let subscriber = Clients::new(port)
        .subscribe("a", &["-i", "dropped-subscriber"])
        .await
        .unwrap();
    drop(subscriber);
    while !broker.log().0.contains("dropped-subscriber") || broker.log().0.matches(" closed").count() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(broker);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
    assert!(!directory.exists());
    assert!(!is_named_by_a_process(&directory));
}

fn is_named_by_a_process(path: &Path) -> bool {
    let list = Command::new("ps").args(["-eo", "args"]).output().unwrap();
    String::from_utf8_lossy(&list.stdout).contains(&*path.to_string_lossy())
}

/// Two ends of one proxied connection.
async fn line() -> (Proxy, TcpStream, TcpStream) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let proxy = Proxy::start(listener.local_addr().unwrap().port()).await.unwrap();
    let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()))
        .await
        .unwrap();
    let (mut broker, _) = listener.accept().await.unwrap();
    // Once bytes have gone both ways, the proxy's task for this connection hears of every later cut.
    client.write_all(b"?").await.unwrap();
    assert_eq!(read(&mut broker, 1).await, b"?");
    broker.write_all(b"!").await.unwrap();
    assert_eq!(read(&mut client, 1).await, b"!");
    (proxy, client, broker)
}

async fn read(stream: &mut TcpStream, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes).await.unwrap();
    bytes
}

/// Nothing arrives, not even an end.
async fn is_silent(stream: &mut TcpStream) -> bool {
    timeout(QUIET, stream.read_u8()).await.is_err()
}

#[tokio::test]
async fn a_closed_line_ends_both_sides_in_order() {
    let (proxy, mut client, mut broker) = line().await;
    proxy.close();
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(broker.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_reset_line_is_an_error_on_both_sides() {
    let (proxy, mut client, mut broker) = line().await;
    proxy.reset();
    for stream in [&mut client, &mut broker] {
        assert_eq!(
            stream.read(&mut [0]).await.unwrap_err().kind(),
            std::io::ErrorKind::ConnectionReset
        );
    }
}

#[tokio::test]
async fn a_half_open_line_tells_the_broker_only() {
    let (proxy, mut client, mut broker) = line().await;
    proxy.half_open();
    assert_eq!(broker.read(&mut [0]).await.unwrap(), 0);
    client.write_all(b"anybody there?").await.unwrap();
    assert!(is_silent(&mut client).await);
    proxy.reset();
    assert!(client.read(&mut [0]).await.is_err());
}

#[tokio::test]
async fn a_stalled_line_keeps_bytes_until_it_is_clear() {
    let (proxy, mut client, mut broker) = line().await;
    proxy.set(Line::Stalled);
    client.write_all(b"late").await.unwrap();
    assert!(is_silent(&mut broker).await);
    proxy.set(Line::StalledOneWay(Direction::ToClient));
    assert_eq!(read(&mut broker, 4).await, b"late");
    broker.write_all(b"later").await.unwrap();
    assert!(is_silent(&mut client).await);
    proxy.set(Line::Clear);
    assert_eq!(read(&mut client, 5).await, b"later");
}

#[tokio::test]
async fn a_truncated_line_passes_exactly_so_many_bytes() {
    let (proxy, mut client, mut broker) = line().await;
    proxy.set(Line::Truncated {
        direction: Direction::ToClient,
        after: 3,
    });
    client.write_all(b"not counted").await.unwrap();
    assert_eq!(read(&mut broker, 11).await, b"not counted");
    broker.write_all(b"abcdef").await.unwrap();
    let mut got = vec![];
    // The rest of the broker's bytes may turn the close into a reset; what passed before it counts.
    let _ = client.read_to_end(&mut got).await;
    assert_eq!(got, b"abc");
    assert_eq!(proxy.carried(Direction::ToClient), 1 + 3);
}

#[tokio::test]
async fn a_slow_line_still_passes_everything() {
    let (proxy, mut client, mut broker) = line().await;
    proxy.set(Line::Slow {
        bytes_per_second: 1000,
    });
    client.write_all(&[7; 300]).await.unwrap();
    let mut first = [0; 300];
    let count = broker.read(&mut first).await.unwrap();
    assert!(count < 300, "it came at once");
    assert_eq!(read(&mut broker, 300 - count).await, vec![7; 300 - count]);
}

#[tokio::test]
async fn a_line_that_hangs_up_counts_who_tried() {
    let (proxy, mut client, mut broker) = line().await;
    proxy.set(Line::HangingUp);
    let mut refused = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port()))
        .await
        .unwrap();
    assert_eq!(refused.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(proxy.accepted(), 2);
    client.write_all(b"still here").await.unwrap();
    assert_eq!(read(&mut broker, 10).await, b"still here");
}

#[tokio::test]
async fn a_foreign_client_passes_through_the_proxy() {
    let broker = Mosquitto::start().await.unwrap();
    let proxy = Proxy::start(broker.port()).await.unwrap();
    let mut subscriber = Clients::new(proxy.port())
        .subscribe("numbers", &["-q", "1"])
        .await
        .unwrap();
    let lines: String = (0..500).map(|number| format!("{number}\n")).collect();
    Clients::new(broker.port())
        .publish_lines("numbers", &lines, &["-q", "1"])
        .await
        .unwrap();
    let numbers = subscriber.take(500).await.unwrap();
    assert_eq!(numbers.last().unwrap().payload, b"499");
}
