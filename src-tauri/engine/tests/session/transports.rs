//! WebSocket and TLS, with real certificates, and what goes wrong with them.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use treetop_engine::message::{QoS, Timestamp};
use treetop_engine::session::{
    Failure, Session, SessionOptions, Step, TlsFailure, TlsOptions, Transport, test,
};

use super::support::*;

pub fn openssl(dir: &Path, args: &str) {
    let run = Command::new("openssl")
        .current_dir(dir)
        .args(args.split(' '))
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

const CA_CONFIG: &str = "[ca]
default_ca = test
[test]
new_certs_dir = .
database = index
serial = serial
certificate = ca.crt
private_key = ca.key
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = DNS:localhost,IP:127.0.0.1
";

/// An authority, and certificates signed by it: a good one, an expired one, one of a client.
pub fn certificates(dir: &Path) {
    openssl(
        dir,
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=Test",
    );
    std::fs::write(dir.join("ca.conf"), CA_CONFIG).unwrap();
    std::fs::write(dir.join("index"), "").unwrap();
    for name in ["server", "expired", "future", "client"] {
        openssl(
            dir,
            &format!("req -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}"),
        );
        let dates = match name {
            "expired" => "-startdate 20200101000000Z -enddate 20200201000000Z",
            "future" => "-startdate 20480101000000Z -enddate 20490101000000Z",
            _ => "-days 2",
        };
        openssl(
            dir,
            &format!("ca -config ca.conf -batch -rand_serial {dates} -in {name}.csr -out {name}.crt"),
        );
    }
    openssl(
        dir,
        "req -x509 -newkey rsa:2048 -nodes -keyout alone.key -out alone.crt -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost",
    );
}

pub fn tls_broker(name: &str, more: &str) -> Mosquitto {
    Mosquitto::with(|port, dir| {
        certificates(dir.path());
        config(port, dir, name, more)
    })
}

pub fn config(port: u16, dir: &TempDir, name: &str, more: &str) -> String {
    let dir = dir.path().display();
    format!(
        "listener {port} 127.0.0.1\nallow_anonymous true\ncafile {dir}/ca.crt\n\
         certfile {dir}/{name}.crt\nkeyfile {dir}/{name}.key\n{more}\n"
    )
}

pub fn tls_options(broker: &Mosquitto) -> SessionOptions {
    let mut options = broker.options("secure");
    options.host = "localhost".to_owned();
    options.transport = Transport::Tls;
    options.tls = TlsOptions {
        ca: Some(std::fs::read(broker.path("ca.crt")).unwrap()),
        ..TlsOptions::default()
    };
    options
}

/// Mosquitto 2.0.11 does not start with WebSocket listeners alone.
pub fn plain_listener() -> String {
    format!("listener {} 127.0.0.1\n", free_port())
}

pub fn websockets(port: u16) -> String {
    format!("listener {port} 127.0.0.1\nprotocol websockets\n")
}

pub async fn round_trip(mut options: SessionOptions) {
    options.subscriptions = vec![subscription("t", QoS::AtLeastOnce)];
    let (session, recorder) = start(options).await;
    let big = "x".repeat(200_000);
    for payload in ["small", &big] {
        session
            .publish(outgoing("t", payload, QoS::AtLeastOnce))
            .await
            .unwrap();
    }
    let messages = recorder.messages(2).await;
    assert_eq!(
        (messages[0].payload.len(), messages[1].payload.len()),
        (5, 200_000)
    );
    session.stop().await;
}

pub async fn tls_failure(options: SessionOptions) -> TlsFailure {
    let steps = test(options).await;
    match steps.last().unwrap().result.clone() {
        Err(Failure::Tls { kind, .. }) => kind,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn messages_go_through_a_websocket() {
    let broker =
        Mosquitto::with(|port, _| format!("{}allow_anonymous true\n{}", plain_listener(), websockets(port)));
    let mut options = broker.options("web");
    options.transport = Transport::Ws {
        path: "/mqtt".to_owned(),
    };
    round_trip(options).await;
}

#[tokio::test]
async fn a_plain_broker_is_not_taken_for_a_websocket() {
    let broker = Mosquitto::open();
    let mut options = broker.options("web");
    options.transport = Transport::Ws {
        path: "/mqtt".to_owned(),
    };
    let steps = test(options).await;
    let last = steps.last().unwrap();
    assert_eq!(last.step, Step::WebSocket);
    assert!(matches!(last.result, Err(Failure::WebSocket { .. })), "{last:?}");
}

#[tokio::test]
async fn a_web_server_without_mqtt_tells_its_status() {
    let (listener, port) = listener().await;
    let mut options = options(port, "web");
    options.transport = Transport::Ws {
        path: "wrong".to_owned(),
    };
    let server = tokio::spawn(async move {
        let mut peer = Peer::accept(&listener).await;
        peer.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            .await;
        let mut request = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut peer.0, &mut request)
            .await
            .unwrap();
        String::from_utf8(request).unwrap()
    });
    let steps = test(options).await;
    let result = steps.last().unwrap().result.clone();
    assert!(
        matches!(
            result,
            Err(Failure::WebSocket {
                status: Some(404),
                ..
            })
        ),
        "{result:?}"
    );
    let request = server.await.unwrap().to_ascii_lowercase();
    assert!(request.starts_with("get /wrong http/1.1"), "{request}");
    assert!(request.contains("sec-websocket-protocol: mqtt"), "{request}");
}

#[tokio::test]
async fn a_trusted_authority_is_enough_for_tls() {
    let broker = tls_broker("server", "");
    round_trip(tls_options(&broker)).await;
    let steps = test(tls_options(&broker)).await;
    let names: Vec<_> = steps.iter().map(|step| step.step).collect();
    assert_eq!(names, [Step::Resolve, Step::Tcp, Step::Tls, Step::Connack]);

    let mut wrong_ca = tls_options(&broker);
    wrong_ca.tls.ca = Some(std::fs::read(broker.path("alone.crt")).unwrap());
    assert!(matches!(
        tls_failure(wrong_ca.clone()).await,
        TlsFailure::UnknownIssuer { issuer } if issuer == "CN=Test"
    ));
    wrong_ca.tls.ca = None;
    assert!(matches!(
        tls_failure(wrong_ca.clone()).await,
        TlsFailure::UnknownIssuer { .. } | TlsFailure::NoRoots
    ));
    wrong_ca.tls.verify = false;
    round_trip(wrong_ca).await;

    let mut wrong_name = tls_options(&broker);
    wrong_name.tls.server_name = Some("broker.example".to_owned());
    let mismatch = TlsFailure::WrongName {
        asked: "broker.example".to_owned(),
        presented: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
    };
    assert_eq!(tls_failure(wrong_name.clone()).await, mismatch);

    wrong_name.tls.check_name = false;
    round_trip(wrong_name.clone()).await;
    wrong_name.tls.ca = Some(std::fs::read(broker.path("alone.crt")).unwrap());
    assert!(
        matches!(tls_failure(wrong_name).await, TlsFailure::UnknownIssuer { .. }),
        "only the name is not looked at"
    );

    let mut unreadable = tls_options(&broker);
    unreadable.tls.ca = Some(b"-----BEGIN nothing".to_vec());
    assert_eq!(tls_failure(unreadable).await, TlsFailure::UnreadableCa);
}

#[tokio::test]
async fn an_expired_certificate_is_told_with_its_date() {
    let broker = tls_broker("expired", "");
    let expired = TlsFailure::Expired {
        not_before: Some(Timestamp(1_577_836_800_000_000)),
        not_after: Some(Timestamp(1_580_515_200_000_000)),
    };
    assert_eq!(tls_failure(tls_options(&broker)).await, expired);
}

#[tokio::test]
async fn a_self_signed_certificate_is_trusted_if_it_is_given() {
    let broker = tls_broker("alone", "");
    let alone = TlsFailure::SelfSigned {
        subject: "CN=localhost".to_owned(),
    };
    assert_eq!(tls_failure(tls_options(&broker)).await, alone);
    let mut options = tls_options(&broker);
    options.tls.ca = Some(std::fs::read(broker.path("alone.crt")).unwrap());
    round_trip(options.clone()).await;
    options.tls.server_name = Some("broker.example".to_owned());
    assert!(matches!(tls_failure(options).await, TlsFailure::WrongName { .. }));
}

#[tokio::test]
async fn a_client_certificate_is_asked_for_and_accepted() {
    let broker = tls_broker("server", "require_certificate true");
    let mut options = tls_options(&broker);
    assert_eq!(
        tls_failure(options.clone()).await,
        TlsFailure::ClientCertificateRequired
    );
    options.tls.client_cert = Some(std::fs::read(broker.path("client.crt")).unwrap());
    assert_eq!(
        tls_failure(options.clone()).await,
        TlsFailure::UnreadableClientKey
    );
    options.tls.client_key = Some(std::fs::read(broker.path("client.key")).unwrap());
    round_trip(options).await;
}

#[tokio::test]
async fn tls_with_a_plain_broker_is_told() {
    let broker = Mosquitto::open();
    let mut options = broker.options("secure");
    options.transport = Transport::Tls;
    options.tls.verify = false;
    let kind = tls_failure(options).await;
    assert!(
        matches!(kind, TlsFailure::NotTls | TlsFailure::Closed),
        "{kind:?}"
    );
}

#[tokio::test]
async fn a_websocket_goes_through_tls() {
    let broker = Mosquitto::with(|port, dir| {
        certificates(dir.path());
        let tls = config(port, dir, "server", "protocol websockets");
        format!("{}{tls}", plain_listener())
    });
    let mut options = tls_options(&broker);
    options.transport = Transport::Wss { path: "/".to_owned() };
    round_trip(options).await;
}

#[tokio::test]
async fn a_silent_peer_is_told_with_the_step() {
    let (listener, port) = listener().await;
    let mut options = options(port, "waiting");
    options.connect_timeout = std::time::Duration::from_millis(200);
    let steps = test(options.clone()).await;
    assert_eq!(
        steps.last().unwrap().result,
        Err(Failure::Timeout { step: Step::Connack })
    );
    options.transport = Transport::Tls;
    options.tls.verify = false;
    let steps = test(options.clone()).await;
    assert_eq!(
        steps.last().unwrap().result,
        Err(Failure::Timeout { step: Step::Tls })
    );
    options.host = "no-such-host.invalid".to_owned();
    let session = Session::start(options, Recorder::acknowledging());
    status(&session, "name", |s| {
        use treetop_engine::session::Phase;
        matches!(
            &s.phase,
            Phase::Waiting {
                failure: Failure::Resolve { .. } | Failure::Timeout { step: Step::Resolve },
                ..
            }
        )
    })
    .await;
    session.stop().await;
    drop(listener);
}
