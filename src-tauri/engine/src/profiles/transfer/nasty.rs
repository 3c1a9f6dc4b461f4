//! Files as they are and files as they should not be. Nothing may panic, what comes out can be saved,
//! and no secret shows in a note.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::message::QoS;
use crate::profiles::{ClientIdMode, ProfileId, SignIn, Transport};

const EXPLORER: &str = include_str!("fixtures/mqtt-explorer.json");
const MQTTX: &str = include_str!("fixtures/mqttx.json");

fn found(text: &str) -> Found {
    read(text.as_bytes(), None).unwrap()
}

fn named<'a>(found: &'a Found, name: &str) -> &'a Candidate {
    found
        .connections
        .iter()
        .find(|one| one.profile.name == name)
        .unwrap()
}

fn older() -> Note {
    Note::OlderMqtt {
        version: "3.1.1".into(),
    }
}

fn not_usable(field: &str) -> Note {
    Note::NotUsable { field: field.into() }
}

#[test]
fn mqtt_explorer_in_its_own_order() {
    let found = found(EXPLORER);
    assert_eq!(found.program, Program::MqttExplorer);
    let names: Vec<_> = found
        .connections
        .iter()
        .map(|one| one.profile.name.as_str())
        .collect();
    assert_eq!(names, ["Plant 7", "Dashboards", "Workshop", "old.example"]);
    assert_eq!(found.unreadable, ["No host", "Over carrier pigeon"]);

    let plant = named(&found, "Plant 7");
    assert_eq!(
        plant.profile.address(),
        "mqtts://operator@mqtt.plant7.example:8883"
    );
    assert_eq!(plant.password.as_ref().unwrap().reveal(), "swordfish 1");
    assert_eq!(plant.profile.client_id, "mqtt-explorer-1a2b3c4d");
    let filters: Vec<_> = plant
        .profile
        .subscriptions
        .iter()
        .map(|one| (one.filter.as_str(), one.qos))
        .collect();
    assert_eq!(
        filters,
        [("plant7/#", QoS::AtLeastOnce), ("$SYS/#", QoS::AtMostOnce)]
    );
    let embedded = |file, name: &str| Note::Embedded {
        file,
        name: name.into(),
    };
    assert_eq!(
        plant.notes,
        [
            older(),
            embedded(TlsFile::Authority, "ca.crt"),
            embedded(TlsFile::Certificate, "client.crt"),
            embedded(TlsFile::Key, "client.key"),
        ]
    );

    let dashboards = named(&found, "Dashboards");
    assert_eq!(dashboards.profile.address(), "wss://stage.example:443/ws/mqtt");
    assert_eq!(dashboards.notes, [older(), Note::Unverified]);

    // Before version 1 of its settings a subscription was its filter; a wrong one is left out.
    let old = named(&found, "old.example");
    let bad = Note::BadFilter {
        filter: "a/#/b".into(),
    };
    assert_eq!(old.profile.subscriptions.len(), 2);
    assert_eq!(
        old.notes,
        [
            older(),
            Note::NotTaken {
                field: "theme".into()
            },
            bad
        ]
    );
}

#[test]
fn mqttx_with_everything_and_with_nothing() {
    let found = found(MQTTX);
    assert_eq!(found.program, Program::Mqttx);
    assert_eq!(found.unreadable, ["#4"]);
    let full = named(&found, "Full");
    let profile = &full.profile;
    assert_eq!(profile.address(), "wss://operator@broker.example:8084/mqtt");
    assert_eq!(full.password.as_ref().unwrap().reveal(), "swordfish 2");
    assert_eq!((profile.keep_alive_secs, profile.clean_start), (45, false));
    assert_eq!(
        (profile.session_expiry_secs, profile.receive_maximum),
        (3_600, 50)
    );
    assert_eq!(
        (profile.maximum_packet_size, profile.topic_alias_maximum),
        (65_536, 7)
    );
    assert_eq!(profile.ca_file.as_deref(), Some("/nowhere/ca.pem"));
    assert_eq!(profile.alpn, "mqtt");
    let pairs: Vec<_> = profile
        .user_properties
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(pairs, [("site", "7"), ("tag", "a"), ("tag", "b")]);
    let first = &profile.subscriptions[0];
    assert_eq!(
        (first.filter.as_str(), first.qos, first.id),
        ("plant/#", QoS::ExactlyOnce, Some(9))
    );
    assert!(first.no_local && first.retain_as_published && first.retain_handling == 2);
    assert!(!profile.subscriptions[1].enabled);
    let will = profile.will.as_ref().unwrap();
    assert_eq!(
        (will.topic.as_str(), will.payload.as_slice()),
        ("plant/status", b"gone".as_slice())
    );
    assert_eq!(
        (will.qos, will.retain, will.delay_secs),
        (QoS::AtLeastOnce, true, 15)
    );
    assert_eq!(
        (will.content_type.as_str(), will.expiry_secs),
        ("text/plain", Some(60))
    );
    let left = |field: &str| Note::NotTaken { field: field.into() };
    assert_eq!(full.notes, [left("authenticationMethod")]);

    let plain = named(&found, "Plain");
    assert_eq!(plain.profile.address(), "mqtt://10.0.0.9:1884");
    assert_eq!(plain.notes, [older()]);
    assert_eq!(plain.profile.session_expiry_secs, u32::MAX);
    assert_eq!((&plain.password, &plain.profile.will), (&None, &None));

    let bare = named(&found, "bare.example");
    assert_eq!((bare.profile.port, bare.profile.keep_alive_secs), (1_883, 60));
    assert!(bare.profile.subscriptions.is_empty() && bare.notes.is_empty());
}

/// One field at a time is something else than it should be.
#[test]
fn a_nasty_value_costs_one_field() {
    let nasty = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(0.5),
        json!(99_999_999_999_u64),
        json!("\0"),
        json!("🌳".repeat(40_000)),
        json!("{"),
        json!([]),
        json!([[[]]]),
        json!({"a": {"b": [null]}}),
        json!(" "),
        json!("-0"),
        json!({"topic": 5}),
        json!([{"topic": "", "qos": 9}, 7, null, "\u{0}"]),
    ];
    for (text, connections) in [(EXPLORER, "/ConnectionManager_connections/plant"), (MQTTX, "/0")] {
        let whole: Value = serde_json::from_str(text).unwrap();
        let fields = whole.pointer(connections).unwrap().as_object().unwrap();
        for field in fields.keys() {
            for value in &nasty {
                let mut changed = whole.clone();
                changed.pointer_mut(connections).unwrap()[field] = value.clone();
                let found = found(&changed.to_string());
                for candidate in &found.connections {
                    assert_eq!(candidate.profile.validate(), [], "{field}: {value}");
                    assert!(!format!("{candidate:?}").contains("swordfish"), "{field}");
                }
                let others = found.connections.len() + found.unreadable.len();
                let text_before = read(text.as_bytes(), None).unwrap();
                let before = text_before.connections.len() + text_before.unreadable.len();
                // Only the field that says it is a group takes an entry away.
                assert!(others == before || field == "isCollection", "{field}: {value}");
            }
        }
    }
}

#[test]
fn a_nasty_value_is_noted() {
    let with = |field: &str, value: Value| {
        let mut whole: Value = serde_json::from_str(MQTTX).unwrap();
        whole[2][field] = value;
        named(&found(&whole.to_string()), "bare.example").clone()
    };
    for (field, value, note) in [
        ("port", json!("many"), not_usable("port")),
        ("keepalive", json!(70_000), not_usable("keepalive")),
        ("keepalive", json!(1), not_usable("keepalive")),
        ("password", json!({"a": 1}), not_usable("password")),
        ("receiveMaximum", json!(0), not_usable("receiveMaximum")),
        ("userProperties", json!("no json"), not_usable("userProperties")),
        ("will", json!({"lastWillTopic": "a/+"}), not_usable("will")),
        ("cert", json!("/only/one.pem"), not_usable("cert, key")),
        ("subscriptions", json!([{"qos": 1}]), not_usable("subscriptions")),
        (
            "cloud",
            json!({"a": 1}),
            Note::NotTaken {
                field: "cloud".into(),
            },
        ),
    ] {
        let mut candidate = with(field, value.clone());
        if field == "cert" {
            // Only an encrypted connection has files.
            let mut whole: Value = serde_json::from_str(MQTTX).unwrap();
            whole[2]["protocol"] = json!("mqtts");
            whole[2][field] = value;
            candidate = named(&found(&whole.to_string()), "bare.example").clone();
        }
        assert_eq!(candidate.notes, [note], "{field}");
    }
}

#[test]
fn what_is_no_file_of_these_says_why() {
    let why = |bytes: &[u8]| format!("{:?}", read(bytes, None).unwrap_err());
    for (bytes, error) in [
        ("", "Empty"),
        (" \n", "Empty"),
        ("\u{feff}", "Empty"),
        ("{", "CutOff"),
        (&MQTTX[..MQTTX.len() / 2], "CutOff"),
        (&EXPLORER[..EXPLORER.len() - 3], "CutOff"),
        ("{\"a\":\n nope}", "NotJson { line: 2, column: 3 }"),
        ("id,name,host\n1,a,b", "NotJson { line: 1, column: 1 }"),
        ("<xml/>", "NotJson { line: 1, column: 1 }"),
        ("7", "NotRecognized"),
        ("null", "NotRecognized"),
        ("{}", "NotRecognized"),
        (r#"{"host":"a"}"#, "NotRecognized"),
        (r#"[{"name":"a"},{"colour":1}]"#, "NotRecognized"),
        ("[[],[]]", "NotRecognized"),
        ("[]", "NoConnections"),
        (r#"{"ConnectionManager_connections":null}"#, "NoConnections"),
        (r#"{"ConnectionManager_connections":{}}"#, "NoConnections"),
        (
            r#"{"ConnectionManager_connections":[1]}"#,
            r#"WrongShape { at: "ConnectionManager_connections" }"#,
        ),
        (r#"{"treetop":"1"}"#, r#"WrongShape { at: "treetop" }"#),
        (r#"{"treetop":0}"#, r#"WrongShape { at: "treetop" }"#),
        (r#"{"treetop":1}"#, r#"WrongShape { at: "connections" }"#),
        (
            r#"{"treetop":1,"connections":{}}"#,
            r#"WrongShape { at: "connections" }"#,
        ),
        (
            r#"{"treetop":2,"connections":5}"#,
            "NewerVersion { found: 2, known: 1 }",
        ),
        (r#"{"treetop":1,"connections":[]}"#, "NoConnections"),
        (r#"{"treetop":1,"sealed":{}}"#, "Sealed"),
    ] {
        assert_eq!(why(bytes.as_bytes()), error, "{bytes:.40}");
    }
    assert!(why(&[b'['; 100_000]).starts_with("NotJson"));
    assert!(why(b"\xff\xfe{\x00").starts_with("NotJson"));
}

fn ours() -> (Profile, Option<Secret>) {
    let mut profile = Profile::new(ProfileId("kept".into()), "treetop-1".into());
    profile.name = "Own".into();
    profile.transport = Transport::Ws;
    profile.headers = vec![("Authorization".into(), "Bearer swordfish 3".into())];
    profile.client_id_mode = ClientIdMode::Random;
    profile.sign_in = SignIn::TokenCommand {
        command: "token --fresh".into(),
    };
    profile.extra.insert("later".into(), json!([1]));
    (profile, Some(Secret::new("swordfish 4".into())))
}

#[test]
fn our_own_come_back_as_they_were() {
    let (mut profile, password) = ours();
    let open = write(&[ours()], None).unwrap();
    assert!(!String::from_utf8_lossy(&open).contains("swordfish"));
    let back = read(&open, None).unwrap().connections.remove(0);
    assert_eq!(back.password, None);
    assert_eq!(
        back.notes,
        [Note::RunsCommand {
            command: "token --fresh".into()
        }]
    );
    assert_eq!(
        back.profile.headers,
        [("Authorization".to_owned(), String::new())]
    );

    let passphrase = "correct horse 말";
    let sealed = write(
        &[ours()],
        Some(Seal {
            passphrase,
            salt: [7; SALT],
        }),
    )
    .unwrap();
    let text = String::from_utf8_lossy(&sealed);
    assert!(!text.contains("swordfish") && !text.contains("Own"));
    let back = read(&sealed, Some(passphrase)).unwrap().connections.remove(0);
    profile.id = ProfileId::default();
    assert_eq!((back.profile, back.password), (profile, password));
}

#[test]
fn a_seal_opens_with_its_passphrase_only_and_notices_changes() {
    let seal = |passphrase| Seal {
        passphrase,
        salt: [1; SALT],
    };
    let short = write(&[ours()], Some(seal("7 chars"))).unwrap_err();
    assert!(matches!(short, TransferError::ShortPassphrase { least: 8 }));
    let sealed = write(&[ours()], Some(seal("long enough"))).unwrap();
    let why = |whole: &Value, passphrase| {
        format!(
            "{:?}",
            read(whole.to_string().as_bytes(), passphrase).unwrap_err()
        )
    };
    let whole: Value = serde_json::from_slice(&sealed).unwrap();
    assert_eq!(why(&whole, None), "Sealed");
    assert_eq!(why(&whole, Some("long enough ")), "WrongPassphrase");
    let changed = |field: &str, value: Value| {
        let mut whole = whole.clone();
        whole["sealed"][field] = value;
        why(&whole, Some("long enough"))
    };
    let data = whole["sealed"]["data"].as_str().unwrap();
    assert_eq!(
        changed("data", json!(data.replacen(&data[..4], "AAAA", 1))),
        "WrongPassphrase"
    );
    assert_eq!(changed("data", json!("AAAA")), "WrongPassphrase");
    assert_eq!(
        changed("salt", json!("AAAAAAAAAAAAAAAAAAAAAA==")),
        "WrongPassphrase"
    );
    let wrong = r#"WrongShape { at: "sealed" }"#;
    for (field, value) in [
        ("data", json!("*")),
        ("data", json!(5)),
        ("salt", json!("AAAA")),
        ("salt", json!(null)),
    ] {
        assert_eq!(changed(field, value), wrong);
    }
}

#[test]
fn entries_of_ours_that_are_none_are_named() {
    let text = json!({"treetop": 1, "connections": [
        {"profile": {"name": "Odd", "port": "x"}}, {"profile": []}, 5, {"profile": {"name": "Fine"}},
        {"profile": {"name": "Hostless", "host": ""}, "password": "swordfish"},
    ]});
    let found = found(&text.to_string());
    assert_eq!(found.unreadable, ["Odd", "#2", "#3", "Hostless"]);
    assert_eq!(found.connections[0].profile.name, "Fine");
}

#[test]
fn a_connection_is_known_by_name_host_port_and_client_id() {
    let (profile, password) = ours();
    let candidate = Candidate {
        profile: profile.clone(),
        password,
        notes: Vec::new(),
    };
    let other = |change: fn(&mut Profile)| {
        let mut saved = profile.clone();
        change(&mut saved);
        candidate.is_among(&[saved])
    };
    assert!(other(|saved| saved.id = ProfileId("another".into())));
    assert!(other(|saved| saved.host = "LOCALHOST".into()));
    assert!(!other(|saved| saved.port = 1));
    assert!(!other(|saved| saved.client_id = "x".into()));
    assert!(!other(|saved| saved.name = "x".into()));
    assert!(!candidate.is_among(&[]));
}

#[tokio::test]
async fn files_are_read_with_a_limit_and_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    assert!(matches!(
        read_file(&path, None).await,
        Err(TransferError::File(_))
    ));
    assert!(matches!(
        read_file(folder.path(), None).await,
        Err(TransferError::File(_))
    ));
    std::fs::write(&path, MQTTX).unwrap();
    let found = read_file(&path, None).await.unwrap();
    let missing = Note::Missing {
        file: TlsFile::Authority,
        path: "/nowhere/ca.pem".into(),
    };
    assert!(named(&found, "Full").notes.contains(&missing));
    std::fs::write(&path, vec![b' '; MAX_BYTES as usize + 1]).unwrap();
    let large = read_file(&path, None).await;
    assert!(matches!(large, Err(TransferError::TooLarge { bytes, most }) if bytes == most + 1));
}
