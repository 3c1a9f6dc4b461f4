//! Connecting, being refused, losing the broker, coming back, opening again without one.

use treetop_api::types::connection::{PasswordChange, SecretChanges};
use treetop_api::types::error::ApiError;
use treetop_api::types::session::{Failure, Phase, Step, TimelineEntry, TimelineEvent};
use treetop_tests::{Clients, Mosquitto};

use crate::house::{House, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_the_code_and_does_not_try_again() {
    let broker = Mosquitto::builder()
        .password("reader", "right")
        .start()
        .await
        .unwrap();
    let house = House::new().await;
    let id = house
        .saved(broker.port(), |profile| profile.username = "reader".into())
        .await;
    let profile = house.api.profile(id.clone()).await.unwrap().profile;
    let password = |password: &str| SecretChanges {
        sign_in: PasswordChange::Set {
            password: password.into(),
        },
        ..Default::default()
    };
    house
        .api
        .profile_save(profile.clone(), password("wrong"))
        .await
        .unwrap();
    house.api.connection_connect(id.clone()).await.unwrap();
    let status = house
        .until_status(&id, |status| matches!(status.phase, Phase::Refused { .. }))
        .await;
    let Phase::Refused {
        failure: Failure::Refused { reason },
        ..
    } = status.phase
    else {
        panic!("{:?}", status.phase)
    };
    // mosquitto answers "not authorized" to a wrong password.
    assert_eq!((reason.code, reason.name.as_str()), (0x87, "Not authorized"));

    house.api.profile_save(profile, password("right")).await.unwrap();
    house.api.connection_connect(id.clone()).await.unwrap();
    house.until_connected(&id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_broker_is_found_again_and_the_log_tells_it() {
    let (house, mut broker, clients, id) = House::connected().await;
    broker.kill();
    house
        .until_status(&id, |status| matches!(status.phase, Phase::Waiting { .. }))
        .await;
    broker.restart().await.unwrap();
    house.until_connected(&id).await;
    clients
        .publish("after/restart", b"1", &["-q", "1"])
        .await
        .unwrap();
    house.until_row(&id, "after/restart", 1.0).await;
    // Messages don't wait for the log, so the last entry may come a moment after them.
    let log = until(async || {
        let log = house.api.timeline(id.clone(), 100).await.unwrap();
        let subscribed = |entry: &&TimelineEntry| matches!(entry.event, TimelineEvent::Subscribed { .. });
        (log.iter().filter(subscribed).count() == 2).then_some(log)
    })
    .await;
    let words: Vec<String> = log
        .iter()
        .rev()
        .map(|entry| format!("{:?}", entry.event))
        .collect();
    assert!(words.iter().any(|word| word.starts_with("Lost")), "{words:?}");
    assert!(words.iter().any(|word| word.starts_with("Waiting")), "{words:?}");
    assert!(
        words.iter().filter(|word| word.starts_with("Connected")).count() >= 2,
        "{words:?}"
    );
    // What has a time or a span in it is read back as well.
    for kind in ["Waiting", "Missed", "Subscribed"] {
        assert!(words.iter().any(|word| word.starts_with(kind)), "{words:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_there_without_a_broker_after_a_new_start() {
    let (house, broker, clients, id) = House::connected().await;
    clients
        .publish("plant/press/force", b"612.4", &["-q", "1", "-r"])
        .await
        .unwrap();
    house.until_stored(&id, "plant/press/force", 1.0).await;
    let house = house.again().await;
    drop(broker);
    house.api.connection_browse(id.clone()).await.unwrap();
    let status = house.api.status(id.clone(), 0.0).await.unwrap();
    assert_eq!(status.phase, Phase::Offline);
    let row = house.until_row(&id, "plant/press/force", 1.0).await;
    assert_eq!(row.messages, 1.0);
    let page = house
        .api
        .message_page(id, "plant/press/force".into(), None, 10)
        .await
        .unwrap();
    assert_eq!(page.rows.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_stops_at_the_step_that_fails() {
    let broker = Mosquitto::start().await.unwrap();
    let house = House::new().await;
    let mut profile = house.api.profile_new().await.unwrap();
    profile.host = "127.0.0.1".into();
    profile.port = broker.port();
    let frames = house.test(profile.clone(), SecretChanges::default()).await;
    for frame in &frames {
        // What is under way comes after everything that is done.
        assert!(
            frame
                .steps
                .iter()
                .all(|step| Some(&step.step) != frame.running.as_ref())
        );
    }
    let steps = &frames.last().unwrap().steps;
    assert!(steps.iter().all(|step| step.failure.is_none()), "{steps:?}");
    assert_eq!(steps.last().unwrap().step, Step::Suback);

    // One that takes its time is seen at the step it hangs at.
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    profile.port = listener.local_addr().unwrap().port();
    let slow = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(700));
        listener.accept().map(drop)
    });
    let frames = house.test(profile.clone(), SecretChanges::default()).await;
    assert!(
        frames.iter().any(|frame| frame.running == Some(Step::Connack)),
        "{frames:?}"
    );
    slow.join().unwrap().unwrap();

    profile.port = treetop_tests::port::free().unwrap();
    let steps = house.tested(profile).await;
    assert_eq!(steps.last().unwrap().step, Step::Tcp);
    assert!(
        matches!(steps.last().unwrap().failure, Some(Failure::Tcp { .. })),
        "{steps:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_connections_have_trees_of_their_own() {
    let (house, _first, clients, id) = House::connected().await;
    let second = Mosquitto::start().await.unwrap();
    let other = house
        .saved(second.port(), |profile| profile.name = "Other".into())
        .await;
    house.api.connection_connect(other.clone()).await.unwrap();
    house.until_connected(&other).await;
    clients.publish("only/here", b"1", &[]).await.unwrap();
    Clients::new(second.port())
        .publish("only/there", b"1", &[])
        .await
        .unwrap();
    house.until_row(&id, "only/here", 1.0).await;
    house.until_row(&other, "only/there", 1.0).await;
    assert!(
        house
            .api
            .tree_reveal(id, "only/there".into())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        house
            .api
            .tree_reveal(other, "only/here".into())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_connections_are_listed_copied_and_deleted_with_their_history() {
    let (house, _broker, _clients, id) = House::connected().await;
    let copy = house.api.profile_duplicate(id.clone()).await.unwrap();
    let (one, two) = (
        house.api.profile(id.clone()).await.unwrap(),
        house.api.profile(copy.clone()).await.unwrap(),
    );
    assert_ne!(one.profile.client_id, two.profile.client_id);
    assert_eq!(one.profile.subscriptions, two.profile.subscriptions);
    let file = house.folder.path().join("history").join(format!("{id}.db"));
    assert!(file.exists());
    house.api.profile_delete(id.clone(), true).await.unwrap();
    assert!(!file.exists());
    let rows = until(async || {
        let frame = house.api.connections(0.0).await.unwrap();
        (frame.connections.len() == 1).then_some(frame.connections)
    })
    .await;
    assert_eq!(rows[0].id, copy);
    let gone = house.api.profile(id.clone()).await;
    assert_eq!(gone, Err(ApiError::UnknownConnection { id }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_knows_nothing_yet_is_answered_at_once() {
    let house = House::new().await;
    // It says 0. A list that was 0 itself would make it wait for a change, with an empty window.
    let frame = house.api.connections(0.0).await.unwrap();
    assert!(frame.revision > 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_connection_is_said_before_it_is_saved() {
    let house = House::new().await;
    let mut profile = house.api.profile_new().await.unwrap();
    profile.host = " ".into();
    profile.subscriptions[0].filter = "a/#/b".into();
    let problems = house.api.profile_check(profile.clone()).await.unwrap();
    let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["host", "subscriptions.0.filter"]);
    let saved = house.api.profile_save(profile, SecretChanges::default()).await;
    assert_eq!(saved, Err(ApiError::Profile { problems }));
    assert!(house.api.connections(0.0).await.unwrap().connections.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_becomes_a_connection() {
    let house = House::new().await;
    let profile = house
        .api
        .profile_from_address("wss://ann@broker.example/path".into())
        .await
        .unwrap();
    assert_eq!(
        (profile.port, profile.username.as_str(), profile.path.as_str()),
        (8084, "ann", "/path")
    );
    let address = "http://broker.example".to_owned();
    let error = house.api.profile_from_address(address.clone()).await;
    assert_eq!(error, Err(ApiError::Address { address }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_saved_becomes_the_same_connection_again() {
    let house = House::new().await;
    let address = |user: &str| format!("mqtt://{user}broker.example");
    let ann = house.api.profile_from_address(address("ann@")).await.unwrap();
    house
        .api
        .profile_save(ann.clone(), SecretChanges::default())
        .await
        .unwrap();
    let again = house.api.profile_from_address(address("ann@")).await.unwrap();
    assert_eq!(again, ann);
    let without_user = house.api.profile_from_address(address("")).await.unwrap();
    assert_eq!(without_user.id, ann.id);
    let bob = house.api.profile_from_address(address("bob@")).await.unwrap();
    assert_ne!(bob.id, ann.id);
    let other_port = house
        .api
        .profile_from_address(address("ann@") + ":1884")
        .await
        .unwrap();
    assert_ne!(other_port.id, ann.id);
}
