//! Another broker than mosquitto, written by others in another language: what holds for one holds for both.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use mqtt5::broker::config::{StorageBackend, StorageConfig, TlsConfig};
use mqtt5::broker::{BrokerConfig, BrokerShutdownHandle, MqttBroker};
use treetop_api::types::connection::{Profile, Transport};
use treetop_api::types::publish::{Draft, DraftProperties, InputFormat, SentState, WhileOffline};
use treetop_api::types::session::{Failure, Phase, Step, TlsProblem};
use treetop_tests::{Certificates, port};

use crate::house::House;

/// The broker with a plain listener and one with TLS, which may want client certificates.
struct Second {
    plain: u16,
    secure: u16,
    stopping: BrokerShutdownHandle,
}

impl Drop for Second {
    fn drop(&mut self) {
        self.stopping.shutdown();
    }
}

impl Second {
    async fn start(certificates: &Certificates, wants_client: bool) -> Self {
        let local = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let (plain, secure) = (port::free().unwrap(), port::free().unwrap());
        let server = &certificates.server;
        let tls = TlsConfig::new(server.certificate.clone(), server.key.clone())
            .with_ca_file(certificates.authority.clone())
            .with_require_client_cert(wants_client)
            .with_bind_address(local(secure));
        let config = BrokerConfig::default()
            .with_bind_address(local(plain))
            .with_tls(tls)
            .with_storage(StorageConfig::new().with_backend(StorageBackend::Memory));
        let mut broker = MqttBroker::with_config(config).await.unwrap();
        let stopping = broker.shutdown_handle();
        let mut ready = broker.ready_receiver();
        tokio::spawn(async move { broker.run().await.unwrap() });
        let is_ready = ready.wait_for(|ready| *ready);
        tokio::time::timeout(Duration::from_secs(20), is_ready)
            .await
            .unwrap()
            .unwrap();
        Self {
            plain,
            secure,
            stopping,
        }
    }
}

async fn profile(house: &House, certificates: &Certificates, port: u16) -> Profile {
    let mut profile = house.api.profile_new().await.unwrap();
    profile.host = "localhost".into();
    profile.port = port;
    profile.transport = Transport::Mqtts;
    profile.ca_file = Some(certificates.authority.display().to_string());
    profile
}

async fn problem(house: &House, profile: &Profile) -> Failure {
    let last = house.tested(profile.clone()).await.pop().unwrap();
    last.failure
        .unwrap_or_else(|| panic!("{:?} went well", last.step))
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_with_another_broker_connects_and_fails_for_the_same_reasons() {
    let certificates = Certificates::new().unwrap();
    let broker = Second::start(&certificates, false).await;
    let house = House::new().await;
    let good = profile(&house, &certificates, broker.secure).await;
    let steps = house.tested(good.clone()).await;
    assert!(steps.iter().all(|step| step.failure.is_none()), "{steps:?}");
    assert_eq!(steps.last().unwrap().step, Step::Suback);

    let id = house
        .saved(broker.secure, |saved| {
            *saved = Profile {
                id: saved.id.clone(),
                ..good.clone()
            }
        })
        .await;
    house.api.connection_connect(id.clone()).await.unwrap();
    house
        .until_status(&id, |status| matches!(status.phase, Phase::Connected { .. }))
        .await;
    let sent = house
        .api
        .publish(
            id,
            Draft {
                topic: "second/hello".into(),
                payload: "there".into(),
                format: InputFormat::Text,
                qos: 2,
                retain: false,
                properties: DraftProperties {
                    content_type: None,
                    payload_format: None,
                    expiry_secs: None,
                    response_topic: None,
                    correlation: None,
                    user: Vec::new(),
                },
            },
            WhileOffline::Keep,
        )
        .await
        .unwrap();
    let SentState::Answered { reason } = sent.state else {
        panic!("{:?}", sent.state)
    };
    assert_eq!(reason.code, 0);

    let mut wrong = good.clone();
    wrong.ca_file = Some(certificates.other_authority.display().to_string());
    let failure = problem(&house, &wrong).await;
    assert!(
        matches!(&failure, Failure::Tls { problem: TlsProblem::UnknownIssuer { issuer }, .. } if issuer.contains("Treetop test authority")),
        "{failure:?}"
    );
    let mut other = good.clone();
    other.server_name = "broker.example".into();
    let failure = problem(&house, &other).await;
    assert!(
        matches!(&failure, Failure::Tls { problem: TlsProblem::NameMismatch { asked, presented }, .. }
            if asked == "broker.example" && *presented == ["localhost", "127.0.0.1"]),
        "{failure:?}"
    );
    let mut plain = good.clone();
    plain.transport = Transport::Mqtt;
    let failure = problem(&house, &plain).await;
    assert!(
        matches!(
            &failure,
            Failure::Tls {
                problem: TlsProblem::TlsExpected,
                ..
            }
        ),
        "{failure:?}"
    );
    let mut no_tls = good;
    no_tls.port = broker.plain;
    let failure = problem(&house, &no_tls).await;
    assert!(
        matches!(
            &failure,
            Failure::Tls {
                problem: TlsProblem::NotTls | TlsProblem::Closed,
                ..
            }
        ),
        "{failure:?}"
    );
    house.api.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_broker_wants_a_client_certificate() {
    let certificates = Certificates::new().unwrap();
    let broker = Second::start(&certificates, true).await;
    let house = House::new().await;
    let mut profile = profile(&house, &certificates, broker.secure).await;
    let failure = problem(&house, &profile).await;
    assert!(
        matches!(
            &failure,
            Failure::Tls {
                problem: TlsProblem::ClientCertificateRequired,
                ..
            }
        ),
        "{failure:?}"
    );
    let mut show = |identity: &treetop_tests::certificates::Identity| {
        profile.client_cert_file = Some(identity.certificate.display().to_string());
        profile.client_key_file = Some(identity.key.display().to_string());
        profile.clone()
    };
    let stranger = show(&certificates.stranger);
    let failure = problem(&house, &stranger).await;
    assert!(
        matches!(
            &failure,
            Failure::Tls {
                problem: TlsProblem::ClientCertificateRejected,
                ..
            }
        ),
        "{failure:?}"
    );
    let ours = show(&certificates.client);
    let steps = house.tested(ours).await;
    assert!(steps.iter().all(|step| step.failure.is_none()), "{steps:?}");
}
