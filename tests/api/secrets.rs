//! Canaries: secrets that are looked for everywhere they could have gone.

use std::path::Path;
use std::sync::{Arc, Mutex};

use treetop_api::Api;
use treetop_api::types::app::OpenRequest;
use treetop_api::types::connection::{PasswordChange, SecretChanges, UserProperty};
use treetop_api::types::packets::PacketQuery;
use treetop_api::types::session::Phase;
use treetop_tests::Mosquitto;

use crate::house::{Desk, House};

/// In the address, and the right one.
const URL: &str = "canary-of-the-address";
/// Saved, and wrong.
const SAVED: &str = "canary-of-the-keyring";
/// In a user property of CONNECT: not a secret of ours, but none for a log.
const TOKEN: &str = "canary-of-the-token";

/// Everything that any crate logs while the tests run, at every level.
struct Heard(Mutex<String>);
static HEARD: Heard = Heard(Mutex::new(String::new()));

impl log::Log for Heard {
    fn enabled(&self, _metadata: &log::Metadata) -> bool {
        true
    }

    fn log(&self, record: &log::Record) {
        let mut text = self.0.lock().unwrap();
        text.push_str(&format!("{} {}\n", record.target(), record.args()));
    }

    fn flush(&self) {}
}

/// Where a text stands in the files of a folder, databases and their logs included.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.append(&mut files_with(&path, text));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            if bytes.windows(text.len()).any(|part| part == text.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_nowhere_but_where_secrets_belong() {
    log::set_logger(&HEARD).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let broker = Mosquitto::builder().password("ann", URL).start().await.unwrap();
    let house = House::new().await;
    let api = &house.api;
    let mut said = Vec::new();
    let mut say = |text: String| said.push(text);

    let address = format!("mqtt://ann:{URL}@127.0.0.1:{}", broker.port());
    say(format!(
        "{:?}",
        OpenRequest::Address {
            address: address.clone()
        }
    ));
    say(format!("{:?}", api.app_info().await.unwrap()));
    let mut profile = api.profile_from_address(address).await.unwrap();
    let id = profile.id.clone();
    profile.user_properties = vec![UserProperty {
        name: "x-auth-token".into(),
        value: TOKEN.into(),
    }];
    say(format!("{profile:?}").replace(TOKEN, ""));
    for wrong in [
        "mqtt://ann:{}@:1",
        "http://ann:{}@host",
        "mqtt://ann:{}@host:99999",
        "mqtt://ann:{}/x@host",
    ] {
        let error = api
            .profile_from_address(wrong.replace("{}", URL))
            .await
            .unwrap_err();
        say(format!("{error:?} {error}"));
    }
    api.profile_save(profile.clone(), SecretChanges::default())
        .await
        .unwrap();
    api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
    api.packets_keep_messages(id.clone(), true).await.unwrap();

    let set = SecretChanges {
        sign_in: PasswordChange::Set {
            password: SAVED.into(),
        },
        ..SecretChanges::default()
    };
    say(format!("{set:?}"));
    say(format!("{:?}", house.test(profile.clone(), set.clone()).await));
    api.profile_save(profile, set).await.unwrap();
    let copy = api.profile_duplicate(id.clone()).await.unwrap();
    api.connection_disconnect(id.clone()).await.unwrap();
    api.connection_connect(id.clone()).await.unwrap();
    let refused = house
        .until_status(&id, |status| matches!(status.phase, Phase::Refused { .. }))
        .await;
    say(format!("{refused:?}"));
    say(format!("{:?}", api.timeline(id.clone(), 100).await.unwrap()));
    say(format!("{:?}", api.connections(0.0).await.unwrap()).replace(TOKEN, ""));
    say(format!("{:?}", api.profile(copy).await.unwrap()).replace(TOKEN, ""));
    say(format!("{:?}", api.app_info().await.unwrap()));

    let export = tempfile::tempdir().unwrap();
    let file = export.path().join("packets.jsonl");
    *house.desk.save_to.lock().unwrap() = Some(file.clone());
    let all = PacketQuery {
        kinds: vec![],
        direction: None,
        text: String::new(),
    };
    api.packets_export(id.clone(), all).await.unwrap();
    let exported = std::fs::read_to_string(&file).unwrap();
    assert_eq!(exported.matches("\"CONNECT\"").count(), 2, "both tries are in it");
    say(exported);
    for packet in 0..10 {
        say(format!(
            "{:?}",
            api.packet_detail(id.clone(), f64::from(packet)).await.unwrap()
        ));
    }
    api.shutdown().await;
    say(HEARD.0.lock().unwrap().clone());

    for text in &said {
        for secret in [URL, SAVED, TOKEN] {
            let at = text
                .find(secret)
                .map(|at| &text[at.saturating_sub(80)..(at + 40).min(text.len())]);
            assert_eq!(at, None, "{secret}");
        }
    }
    let folder = house.folder.path();
    assert!(
        !files_with(folder, "x-auth-token").is_empty(),
        "the search finds what is there"
    );
    assert_eq!(files_with(folder, URL), [""; 0]);
    assert_eq!(files_with(folder, SAVED), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_on_the_command_line_is_used_and_not_shown_to_the_window() {
    let broker = Mosquitto::builder().password("ann", URL).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let address = format!("mqtt://ann:{URL}@127.0.0.1:{}", broker.port());
    let request = OpenRequest::Address { address };
    let desk = Arc::new(Desk::default());
    let api = Api::open(folder.path().to_owned(), desk, request).await.unwrap();
    let OpenRequest::Address { address } = api.app_info().await.unwrap().open else {
        panic!("it was started for an address")
    };
    assert_eq!(address, format!("mqtt://ann@127.0.0.1:{}", broker.port()));
    let profile = api.profile_from_address(address).await.unwrap();
    let id = profile.id.clone();
    api.profile_save(profile, SecretChanges::default()).await.unwrap();
    assert!(api.profile(id).await.unwrap().has_password);
}
