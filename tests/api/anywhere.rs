//! The ways to a broker as a person sets them: secrets that stay out of files, keys, tokens.

use std::process::Command;

use treetop_api::types::connection::{
    PasswordChange, Proxy, ProxyKind, SecretChanges, SignIn, Transport, UserProperty,
};
use treetop_api::types::error::ApiError;
use treetop_api::types::session::{Failure, Phase, Step, TlsProblem, TokenProblem};
use treetop_tests::{Certificates, Mosquitto};

use crate::house::House;

fn set(password: &str) -> PasswordChange {
    PasswordChange::Set {
        password: password.into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_in_no_file_and_no_answer() {
    let house = House::new().await;
    let mut profile = house.api.profile_new().await.unwrap();
    profile.host = "127.0.0.1".into();
    profile.username = "me".into();
    profile.proxy = Some(Proxy {
        kind: ProxyKind::Socks5,
        host: "127.0.0.1".into(),
        port: treetop_tests::port::free().unwrap(),
        username: "proxied".into(),
    });
    let secrets = SecretChanges {
        sign_in: set("hunter2-password"),
        key: set("hunter2-passphrase"),
        proxy: set("hunter2-proxy"),
    };
    let id = profile.id.clone();
    house.api.profile_save(profile, secrets).await.unwrap();
    let entry = house.api.profile(id.clone()).await.unwrap();
    assert!(entry.has_password && entry.has_key_passphrase && entry.has_proxy_password);
    assert!(!format!("{entry:?}").contains("hunter2"));

    house.api.connection_connect(id.clone()).await.unwrap();
    let status = house
        .until_status(&id, |status| matches!(status.phase, Phase::Waiting { .. }))
        .await;
    assert_eq!(status.steps, [Step::Proxy, Step::Connack]);
    assert!(
        matches!(
            &status.phase,
            Phase::Waiting {
                failure: Failure::Proxy { .. },
                ..
            }
        ),
        "{status:?}"
    );
    assert!(!format!("{status:?}").contains("hunter2"));
    let copy = house.api.profile_duplicate(id.clone()).await.unwrap();
    assert!(house.api.profile(copy).await.unwrap().has_key_passphrase);
    house.api.shutdown().await;
    let mut looked_at = 0;
    for folder in [
        house.folder.path().to_owned(),
        house.folder.path().join("history"),
    ] {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                let bytes = std::fs::read(&path).unwrap();
                let found = bytes.windows(7).any(|part| part == b"hunter2");
                assert!(!found, "{} has a secret", path.display());
                looked_at += 1;
            }
        }
    }
    assert!(looked_at >= 2, "the saved connections and a history");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_key_connects_with_the_stored_passphrase() {
    let certificates = Certificates::new().unwrap();
    let broker = Mosquitto::builder()
        .mutual_tls(&certificates)
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let protected = folder.path().join("client.key");
    let made = Command::new("openssl")
        .args([
            "pkcs8",
            "-topk8",
            "-v2",
            "aes-256-cbc",
            "-passout",
            "pass:sesame",
            "-in",
        ])
        .arg(&certificates.client.key)
        .arg("-out")
        .arg(&protected)
        .status();
    assert!(made.unwrap().success());
    let house = House::new().await;
    let mut profile = house.api.profile_new().await.unwrap();
    profile.host = "localhost".into();
    profile.port = broker.port_of(treetop_tests::mosquitto::Listener::MutualTls);
    profile.transport = Transport::Mqtts;
    profile.ca_file = Some(certificates.authority.display().to_string());
    profile.client_cert_file = Some(certificates.client.certificate.display().to_string());
    profile.client_key_file = Some(protected.display().to_string());
    let last = house.tested(profile.clone()).await.pop().unwrap();
    assert!(
        matches!(
            &last.failure,
            Some(Failure::Tls {
                problem: TlsProblem::PassphraseNeeded,
                ..
            })
        ),
        "{last:?}"
    );
    let secrets = SecretChanges {
        key: set("sesame"),
        ..Default::default()
    };
    let id = profile.id.clone();
    house.api.profile_save(profile.clone(), secrets).await.unwrap();
    house.api.connection_connect(id.clone()).await.unwrap();
    house
        .until_status(&id, |status| matches!(status.phase, Phase::Connected { .. }))
        .await;
    assert!(
        house
            .tested(profile)
            .await
            .iter()
            .all(|step| step.failure.is_none())
    );
    house.api.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_read_and_goes_out_as_the_password() {
    // {"sub":"reader","exp":4102444800}
    let token = "e30.eyJzdWIiOiJyZWFkZXIiLCJleHAiOjQxMDI0NDQ4MDB9.c2ln";
    let broker = Mosquitto::builder()
        .password("reader", token)
        .start()
        .await
        .unwrap();
    let house = House::new().await;
    let file = house.folder.path().join("token");
    std::fs::write(&file, format!("{token}\n")).unwrap();
    let mut profile = house.api.profile_new().await.unwrap();
    profile.host = "127.0.0.1".into();
    profile.port = broker.port();
    profile.username = "reader".into();
    profile.sign_in = SignIn::TokenFile {
        path: file.display().to_string(),
    };
    let info = house
        .api
        .profile_token(profile.clone(), PasswordChange::Keep)
        .await
        .unwrap();
    assert_eq!(info.expires, Some(4_102_444_800_000.0));
    let sub = UserProperty {
        name: "sub".into(),
        value: "reader".into(),
    };
    assert_eq!(info.claims.unwrap()[0], sub);
    let steps = house.tested(profile.clone()).await;
    assert_eq!(steps[0].step, Step::Token);
    assert!(steps.iter().all(|step| step.failure.is_none()), "{steps:?}");

    profile.sign_in = SignIn::TokenCommand {
        command: format!("cat '{}'", file.display()),
    };
    assert!(
        house
            .tested(profile.clone())
            .await
            .iter()
            .all(|step| step.failure.is_none())
    );
    std::fs::remove_file(&file).unwrap();
    let last = house.tested(profile.clone()).await.pop().unwrap();
    assert!(
        matches!(
            &last.failure,
            Some(Failure::Token {
                problem: TokenProblem::CommandFailed { code: Some(1) },
                ..
            })
        ),
        "{last:?}"
    );
    // A typed token that is none is told before anything is tried.
    profile.sign_in = SignIn::Token;
    let refused = house
        .api
        .profile_test(profile.clone(), SecretChanges::default())
        .await;
    assert!(matches!(refused, Err(ApiError::Profile { problems }) if problems[0].field == "password"));
    let long = SecretChanges {
        sign_in: set(&"x".repeat(65_536)),
        ..Default::default()
    };
    profile.sign_in = SignIn::Password;
    let refused = house.api.profile_test(profile, long).await;
    assert!(matches!(refused, Err(ApiError::Profile { problems }) if problems[0].field == "password"));
}
