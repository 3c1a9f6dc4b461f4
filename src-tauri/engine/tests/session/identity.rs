//! Our own certificate and key, in every form people have them, and what is wrong with them.

use std::path::PathBuf;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use treetop_engine::message::Timestamp;
use treetop_engine::session::{
    Failure, Phase, Secret, Session, SessionOptions, Step, TlsFailure, Transport, test,
};

use super::support::*;
use super::transports::*;

fn read(broker: &Mosquitto, name: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(broker.path(name)).unwrap())
}

fn in_dir(broker: &Mosquitto, args: &str) {
    openssl(&PathBuf::from(broker.dir.path()), args);
}

/// A broker that lets nobody in without a certificate, and options with ours.
fn strict() -> (Mosquitto, SessionOptions) {
    let broker = tls_broker("server", "require_certificate true");
    let mut options = tls_options(&broker);
    options.tls.client_cert = read(&broker, "client.crt");
    (broker, options)
}

async fn accepted(options: SessionOptions, what: &str) {
    let steps = test(options).await;
    let last = steps.last().unwrap();
    assert!(
        last.step == Step::Connack && last.result.is_ok(),
        "{what}: {last:?}"
    );
}

#[tokio::test]
async fn a_key_is_read_in_every_form() {
    let (broker, mut options) = strict();
    // PKCS#8, PKCS#1 and SEC1, each as PEM and DER.
    in_dir(&broker, "rsa -in client.key -traditional -out pkcs1.pem");
    in_dir(
        &broker,
        "rsa -in client.key -traditional -outform DER -out pkcs1.der",
    );
    in_dir(
        &broker,
        "pkcs8 -topk8 -nocrypt -in client.key -outform DER -out pkcs8.der",
    );
    for name in ["client.key", "pkcs1.pem", "pkcs1.der", "pkcs8.der"] {
        options.tls.client_key = read(&broker, name);
        accepted(options.clone(), name).await;
    }
    in_dir(&broker, "x509 -in client.crt -outform DER -out client.der");
    in_dir(&broker, "x509 -in ca.crt -outform DER -out ca.der");
    options.tls.client_cert = read(&broker, "client.der");
    options.tls.ca = read(&broker, "ca.der");
    accepted(options.clone(), "certificates as DER").await;

    in_dir(&broker, "ecparam -name prime256v1 -genkey -noout -out sec1.pem");
    in_dir(&broker, "ec -in sec1.pem -outform DER -out sec1.der");
    in_dir(&broker, "req -new -key sec1.pem -out sec1.csr -subj /CN=sec1");
    in_dir(
        &broker,
        "ca -config ca.conf -batch -rand_serial -days 2 -in sec1.csr -out sec1.crt",
    );
    options.tls.client_cert = read(&broker, "sec1.crt");
    for name in ["sec1.pem", "sec1.der"] {
        options.tls.client_key = read(&broker, name);
        accepted(options.clone(), name).await;
    }
}

#[tokio::test]
async fn a_protected_key_opens_with_its_passphrase_only() {
    let (broker, mut options) = strict();
    let protect = "pkcs8 -topk8 -in client.key -passout pass:open-sesame";
    in_dir(&broker, &format!("{protect} -v2 aes-256-cbc -out aes.pem"));
    in_dir(
        &broker,
        &format!("{protect} -v2 aes-128-cbc -v2prf hmacWithSHA1 -out sha1.pem"),
    );
    in_dir(&broker, &format!("{protect} -v2 des3 -outform DER -out des3.der"));
    in_dir(&broker, &format!("{protect} -scrypt -out scrypt.pem"));
    for name in ["aes.pem", "sha1.pem", "des3.der", "scrypt.pem"] {
        options.tls.client_key = read(&broker, name);
        options.tls.passphrase = None;
        let needed = TlsFailure::PassphraseNeeded;
        assert_eq!(tls_failure(options.clone()).await, needed, "{name}");
        options.tls.passphrase = Some(Secret::new("wrong"));
        let wrong = TlsFailure::WrongPassphrase;
        assert_eq!(tls_failure(options.clone()).await, wrong, "{name}");
        options.tls.passphrase = Some(Secret::new("open-sesame"));
        accepted(options.clone(), name).await;
    }
    in_dir(
        &broker,
        "rsa -in client.key -traditional -aes128 -passout pass:open-sesame -out old.pem",
    );
    options.tls.client_key = read(&broker, "old.pem");
    assert_eq!(tls_failure(options).await, TlsFailure::OldKeyProtection);
}

#[tokio::test]
async fn a_pkcs12_file_holds_both() {
    let (broker, mut options) = strict();
    let export = "pkcs12 -export -inkey client.key -in client.crt -certfile ca.crt -passout pass:open-sesame";
    in_dir(&broker, &format!("{export} -out new.p12"));
    in_dir(&broker, &format!("{export} -legacy -out legacy.p12"));
    in_dir(
        &broker,
        "pkcs12 -export -inkey client.key -in client.crt -passout pass: -out open.p12",
    );
    for name in ["new.p12", "legacy.p12"] {
        options.tls.client_cert = read(&broker, name);
        options.tls.passphrase = None;
        let needed = TlsFailure::PassphraseNeeded;
        assert_eq!(tls_failure(options.clone()).await, needed, "{name}");
        options.tls.passphrase = Some(Secret::new("wrong"));
        let wrong = TlsFailure::WrongPassphrase;
        assert_eq!(tls_failure(options.clone()).await, wrong, "{name}");
        options.tls.passphrase = Some(Secret::new("open-sesame"));
        accepted(options.clone(), name).await;
    }
    options.tls.client_cert = read(&broker, "open.p12");
    options.tls.passphrase = None;
    accepted(options.clone(), "without a passphrase").await;
    options.tls.client_cert = Some(b"not a certificate".to_vec());
    assert_eq!(
        tls_failure(options).await,
        TlsFailure::UnreadableClientCertificate
    );
}

#[tokio::test]
async fn what_does_not_belong_together_is_told() {
    let (broker, mut options) = strict();
    options.tls.client_key = read(&broker, "server.key");
    assert_eq!(tls_failure(options.clone()).await, TlsFailure::KeyMismatch);
    options.tls.client_key = Some(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_vec());
    assert_eq!(
        tls_failure(options.clone()).await,
        TlsFailure::UnreadableClientKey
    );
    // Signed by nobody the broker knows.
    options.tls.client_cert = read(&broker, "alone.crt");
    options.tls.client_key = read(&broker, "alone.key");
    assert_eq!(
        tls_failure(options.clone()).await,
        TlsFailure::ClientCertificateRejected
    );
    options.tls.client_cert = read(&broker, "expired.crt");
    options.tls.client_key = read(&broker, "expired.key");
    assert_eq!(tls_failure(options).await, TlsFailure::ClientCertificateRejected);
}

#[tokio::test]
async fn a_certificate_of_the_future_is_told_with_its_dates() {
    let broker = tls_broker("future", "");
    let early = TlsFailure::NotYetValid {
        not_before: Some(Timestamp(2_461_449_600_000_000)),
        not_after: Some(Timestamp(2_493_072_000_000_000)),
    };
    assert_eq!(tls_failure(tls_options(&broker)).await, early);
}

/// A peer that answers whatever comes first with this TLS alert (RFC 8446, 6) and hangs up.
async fn alerting(description: u8) -> u16 {
    let (listener, port) = listener().await;
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut first = [0; 5];
            client.read_exact(&mut first).await.unwrap();
            let alert = [0x15, 3, 3, 0, 2, 2, description];
            client.write_all(&alert).await.unwrap();
            let mut rest = Vec::new();
            let _until_closed = client.read_to_end(&mut rest).await;
        }
    });
    port
}

#[tokio::test]
async fn an_alert_is_told_by_its_meaning_or_its_name() {
    let mut options = options(0, "alert");
    options.transport = Transport::Tls;
    options.tls.verify = false;
    let name = "InternalError".to_owned();
    for (description, kind) in [
        (70, TlsFailure::NoCommonParameters),
        (40, TlsFailure::NoCommonParameters),
        (116, TlsFailure::ClientCertificateRequired),
        (48, TlsFailure::ClientCertificateRejected),
        (80, TlsFailure::Alert { name }),
    ] {
        options.port = alerting(description).await;
        assert_eq!(tls_failure(options.clone()).await, kind, "{description}");
    }
    // The same answer to who speaks no TLS means that it should.
    options.transport = Transport::Tcp;
    let session = Session::start(options, Recorder::acknowledging());
    let expected = TlsFailure::TlsExpected;
    status(&session, "TLS expected", |status| {
        matches!(
            &status.phase,
            Phase::Waiting { failure: Failure::Tls { kind, .. }, .. } if *kind == expected
        )
    })
    .await;
    session.stop().await;
}

#[tokio::test]
async fn a_plain_client_on_a_port_with_tls_is_told() {
    let broker = tls_broker("server", "");
    let mut options = tls_options(&broker);
    for transport in [
        Transport::Tcp,
        Transport::Ws {
            path: "/mqtt".to_owned(),
        },
    ] {
        options.transport = transport;
        let steps = test(options.clone()).await;
        let result = &steps.last().unwrap().result;
        let expected = TlsFailure::TlsExpected;
        assert!(
            matches!(result, Err(Failure::Tls { kind, .. }) if *kind == expected),
            "{result:?}"
        );
    }
}

#[tokio::test]
async fn a_protocol_is_agreed_on_by_its_name() {
    let broker = tls_broker("server", "");
    let mut options = tls_options(&broker);
    // Mosquitto knows no names and lets them all pass.
    options.tls.alpn = Some("mqtt, x-amzn-mqtt-ca".to_owned());
    accepted(options, "ALPN").await;
}
