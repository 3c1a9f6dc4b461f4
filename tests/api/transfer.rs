//! Connections from MQTT Explorer and MQTTX, and from one Treetop to another.

use std::path::Path;

use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tempfile::TempDir;
use treetop_api::types::connection::{PasswordChange, SecretChanges};
use treetop_api::types::error::ApiError;
use treetop_api::types::session::{Failure, Phase};
use treetop_api::types::transfer::{ImportNote, TlsFile, TransferProblem, TransferProgram};
use treetop_engine::profiles::transfer::Folders;
use treetop_tests::Mosquitto;

use crate::house::House;

const SCHEMA: &str = "
    CREATE TABLE ConnectionEntity(id varchar PRIMARY KEY, client_id varchar, name varchar, clean boolean,
        protocol varchar, host varchar, port integer, keepalive integer, username varchar, password varchar,
        path varchar, ssl boolean, mqttVersion varchar, unreadMessageCount integer, parent_id varchar,
        rejectUnauthorized boolean, ca varchar, cert varchar, key varchar, willId integer,
        sessionExpiryInterval integer, userProperties varchar, clientIdWithTime boolean);
    CREATE TABLE SubscriptionEntity(id varchar PRIMARY KEY, topic varchar, qos varchar, nl boolean, rap boolean,
        rh varchar, subscriptionIdentifier integer, color varchar, connection_id varchar);
    CREATE TABLE WillEntity(id integer PRIMARY KEY, lastWillTopic varchar, lastWillPayload varchar,
        lastWillQos integer, lastWillRetain boolean, willDelayInterval integer);
    INSERT INTO WillEntity VALUES (4, 'line/status', 'gone', 1, 1, 20), (5, '', '', 0, 0, NULL);
    INSERT INTO ConnectionEntity VALUES
        ('a', 'mqttx_a', 'Line', 1, 'mqtt', '127.0.0.1', 1883, 60, 'reader', 'swordfish', '', 0, '5.0', 0, NULL,
         1, '', '', '', 4, 90, '{\"site\":[\"7\",\"8\"]}', 0),
        ('b', 'mqttx_b', 'Cloud', 1, 'mqtts', 'cloud.example', 8883, 60, '', NULL, '', 1, '3.1.1', 0, 'g',
         0, '/nowhere/ca.pem', '', '', 5, NULL, NULL, 1);
    INSERT INTO SubscriptionEntity VALUES
        ('s', 'line/#', '1', 0, 1, '0', NULL, '#fff', 'a'), ('t', 'alarms/#', '2', 0, 0, '1', 3, '', 'a');";

async fn database(path: &Path, mode: SqliteJournalMode) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(mode);
    let mut database = options.connect().await.unwrap();
    sqlx::raw_sql(SCHEMA).execute(&mut database).await.unwrap();
    database
}

fn settings(port: u16) -> String {
    json!({"ConnectionManager_connections": {"bench": {
        "configVersion": 1, "name": "Bench", "host": "127.0.0.1", "port": port, "protocol": "mqtt",
        "encryption": false, "username": "reader", "password": "swordfish", "clientId": "explorer-1",
        "subscriptions": [{"topic": "bench/#", "qos": 1}],
    }}})
    .to_string()
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn problem(error: ApiError) -> TransferProblem {
    match error {
        ApiError::Transfer { problem } => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_of_mqtt_explorer_is_found_taken_and_connects_with_its_password() {
    let broker = Mosquitto::builder()
        .password("reader", "swordfish")
        .start()
        .await
        .unwrap();
    let house = House::new().await;
    let home = TempDir::new().unwrap();
    let path = home.path().join("MQTT-Explorer/settings.json");
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    std::fs::write(&path, settings(broker.port())).unwrap();
    assert_eq!(house.api.import_sources().await.unwrap(), []);
    let config = Some(home.path().to_owned());
    *house.desk.folders.lock().unwrap() = Folders {
        home: config.clone(),
        config,
    };
    let sources = house.api.import_sources().await.unwrap();
    let counts: Vec<_> = sources
        .iter()
        .map(|one| (one.program.clone(), one.connections))
        .collect();
    assert_eq!(counts, [(TransferProgram::MqttExplorer, Some(1))]);

    let list = house
        .api
        .import_read(sources[0].path.clone(), None)
        .await
        .unwrap();
    let row = &list.connections[0];
    assert_eq!((row.password, row.subscriptions, row.already), (true, 1, false));
    assert_eq!(row.address, format!("mqtt://reader@127.0.0.1:{}", broker.port()));
    let taken = house.api.import_take(list.import, vec![0, 0]).await.unwrap();
    assert!(taken.secrets.is_some());
    let [id] = taken.ids.as_slice() else {
        panic!("{:?}", taken.ids)
    };
    house.api.connection_connect(id.clone()).await.unwrap();
    let status = house.until_connected(id).await;
    assert_eq!(status.subscriptions[0].filter, "bench/#");
    // The password is in no file of ours, and theirs is as it was.
    for file in std::fs::read_dir(house.folder.path()).unwrap().flatten() {
        if let Ok(bytes) = std::fs::read(file.path()) {
            assert!(
                !String::from_utf8_lossy(&bytes).contains("swordfish"),
                "{:?}",
                file.path()
            );
        }
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), settings(broker.port()));

    let again = house.api.import_read(text(&path), None).await.unwrap();
    assert!(again.connections[0].already);
    // Without its password the broker refuses, which shows that the keyring's was used.
    let profile = house.api.profile(id.clone()).await.unwrap().profile;
    house
        .api
        .profile_save(
            profile,
            SecretChanges {
                sign_in: PasswordChange::Clear,
                ..SecretChanges::default()
            },
        )
        .await
        .unwrap();
    house.api.connection_connect(id.clone()).await.unwrap();
    let refused = |phase: &Phase| {
        matches!(
            phase,
            Phase::Refused {
                failure: Failure::Refused { .. },
                ..
            }
        )
    };
    house.until_status(id, |status| refused(&status.phase)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_of_mqttx_is_read_and_left_alone() {
    let house = House::new().await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("MQTTX.db");
    database(&path, SqliteJournalMode::Delete)
        .await
        .close()
        .await
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let list = house.api.import_read(text(&path), None).await.unwrap();
    assert_eq!(list.program, TransferProgram::Mqttx);
    let line = &list.connections[0];
    assert_eq!((line.subscriptions, line.will, line.password), (2, true, true));
    assert_eq!(line.notes, []);
    let cloud = &list.connections[1];
    let notes = [
        ImportNote::OlderMqtt {
            version: "3.1.1".into(),
        },
        ImportNote::NotTaken {
            field: "clientIdWithTime".into(),
        },
        ImportNote::Unverified,
        ImportNote::Missing {
            file: TlsFile::Authority,
            path: "/nowhere/ca.pem".into(),
        },
    ];
    assert_eq!((cloud.notes.as_slice(), cloud.will), (notes.as_slice(), false));
    let id = house
        .api
        .import_take(list.import, vec![0])
        .await
        .unwrap()
        .ids
        .remove(0);
    let profile = house.api.profile(id).await.unwrap().profile;
    assert_eq!(
        (profile.session_expiry_secs, profile.client_id.as_str()),
        (90, "mqttx_a")
    );
    assert_eq!(profile.user_properties.len(), 2);
    let filters: Vec<_> = profile
        .subscriptions
        .iter()
        .map(|one| (one.filter.as_str(), one.qos))
        .collect();
    assert_eq!(filters, [("line/#", 1), ("alarms/#", 2)]);
    assert_eq!(profile.will.unwrap().delay_secs, 20);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(files.len(), 1, "{files:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_can_not_be_read_whole_is_not_read() {
    let house = House::new().await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("MQTTX.db");
    let why = async || problem(house.api.import_read(text(&path), None).await.unwrap_err());
    let mut open = database(&path, SqliteJournalMode::Wal).await;
    assert_eq!(why().await, TransferProblem::InUse);
    sqlx::raw_sql("DELETE FROM ConnectionEntity")
        .execute(&mut open)
        .await
        .unwrap();
    open.close().await.unwrap();
    // A database that was in this mode is read without the files that mode needs.
    assert_eq!(why().await, TransferProblem::NoConnections);
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(files.len(), 1, "{files:?}");

    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2 + 100]).unwrap();
    assert!(matches!(why().await, TransferProblem::Database { .. }));
    std::fs::write(&path, &whole[..16]).unwrap();
    assert!(matches!(why().await, TransferProblem::Database { .. }));
    std::fs::remove_file(&path).unwrap();
    let mut other = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql("CREATE TABLE a(b)")
        .execute(&mut other)
        .await
        .unwrap();
    other.close().await.unwrap();
    assert_eq!(why().await, TransferProblem::NotRecognized);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_move_from_one_treetop_to_another() {
    let from = House::new().await;
    let nothing = problem(from.api.export_write(None).await.unwrap_err());
    assert_eq!(nothing, TransferProblem::NoConnections);
    let id = from
        .saved(1883, |profile| profile.username = "reader".into())
        .await;
    let profile = from.api.profile(id).await.unwrap().profile;
    let password = SecretChanges {
        sign_in: PasswordChange::Set {
            password: "swordfish".into(),
        },
        ..SecretChanges::default()
    };
    from.api.profile_save(profile, password).await.unwrap();
    let folder = TempDir::new().unwrap();
    let (open, sealed) = (folder.path().join("open.json"), folder.path().join("sealed.json"));
    *from.desk.save_to.lock().unwrap() = Some(open.clone());
    from.api.export_write(None).await.unwrap();
    *from.desk.save_to.lock().unwrap() = Some(sealed.clone());
    let short = from.api.export_write(Some("short".into())).await.unwrap_err();
    assert_eq!(problem(short), TransferProblem::ShortPassphrase { least: 8 });
    let passphrase = Some("long enough".to_owned());
    from.api.export_write(passphrase.clone()).await.unwrap();
    for file in [&open, &sealed] {
        assert!(!std::fs::read_to_string(file).unwrap().contains("swordfish"));
    }

    let to = House::new().await;
    let list = to.api.import_read(text(&open), None).await.unwrap();
    assert!(!list.connections[0].password && !list.connections[0].already);
    let why = async |passphrase: Option<String>| {
        problem(to.api.import_read(text(&sealed), passphrase).await.unwrap_err())
    };
    assert_eq!(why(None).await, TransferProblem::Sealed);
    assert_eq!(
        why(Some("wrong enough".into())).await,
        TransferProblem::WrongPassphrase
    );
    let list = to.api.import_read(text(&sealed), passphrase).await.unwrap();
    assert!(list.connections[0].password);
    let outside = to.api.import_take(list.import, vec![0, 1]).await.unwrap_err();
    assert_eq!(problem(outside), TransferProblem::Forgotten);
    assert_eq!(to.api.connections(-1.0).await.unwrap().connections.len(), 0);
    let ids = to.api.import_take(list.import, vec![0]).await.unwrap().ids;
    assert!(to.api.profile(ids[0].clone()).await.unwrap().has_password);
    let twice = to.api.import_take(list.import, vec![0]).await.unwrap_err();
    assert_eq!(problem(twice), TransferProblem::Forgotten);
}
