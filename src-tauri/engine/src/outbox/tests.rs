//! The bounds, and what is kept of what.
#![allow(clippy::unwrap_used)]

use tempfile::TempDir;

use super::*;

const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

fn message(payload: usize) -> Message {
    Message {
        topic: "a/b".into(),
        payload: vec![b'x'; payload].into(),
        qos: QoS::AtLeastOnce,
        retain: false,
        dup: false,
        properties: None,
    }
}

async fn outbox(limit: Room) -> (TempDir, History, Outbox) {
    let folder = TempDir::new().unwrap();
    let history = History::open(&folder.path().join("history.db"), NOW)
        .await
        .unwrap();
    let outbox = Outbox::open(history.clone(), limit).await.unwrap();
    (folder, history, outbox)
}

#[tokio::test]
async fn it_refuses_when_it_is_full_and_takes_again_when_there_is_room() {
    let limit = Room {
        messages: 2,
        bytes: 10_000,
    };
    let (_folder, _history, outbox) = outbox(limit).await;
    let first = outbox.post(message(1), NOW).await.unwrap();
    outbox.post(message(1), NOW).await.unwrap();
    let full = Err(PostError::Full { limit });
    assert_eq!(outbox.post(message(1), NOW).await, full);
    assert!(outbox.cancel(first).await.unwrap());
    assert_eq!(outbox.post(message(10_000), NOW).await, full);
    outbox.post(message(1), NOW).await.unwrap();
    // What was sent at QoS 0 takes no room.
    let qos = QoS::AtMostOnce;
    outbox.note(Message { qos, ..message(1) }, NOW).await.unwrap();
    assert_eq!(outbox.list().used.messages, 2);
}

#[tokio::test]
async fn one_message_may_be_larger_than_the_room() {
    let limit = Room {
        messages: 2,
        bytes: 1_000,
    };
    let (_folder, _history, outbox) = outbox(limit).await;
    let large = outbox.post(message(5_000), NOW).await.unwrap();
    assert_eq!(outbox.post(message(1), NOW).await, Err(PostError::Full { limit }));
    assert_eq!(outbox.message(large).await.unwrap().unwrap(), message(5_000));
}

#[tokio::test]
async fn without_history_it_is_in_memory_only() {
    let (_folder, history, outbox) = outbox(Room::default()).await;
    let kept = outbox.post(message(1), NOW).await.unwrap();
    outbox.keep(false);
    let unkept = outbox.post(message(2), NOW).await.unwrap();
    assert!(outbox.listed(kept).unwrap().kept && !outbox.listed(unkept).unwrap().kept);
    assert!(!outbox.list().keeps);
    let stored: Vec<_> = history
        .sent_open()
        .await
        .unwrap()
        .iter()
        .map(|row| row.id)
        .collect();
    assert_eq!(stored, [kept]);
    assert_eq!(outbox.message(unkept).await.unwrap().unwrap(), message(2));
    assert!(outbox.cancel(unkept).await.unwrap());
}

#[tokio::test]
async fn the_list_ends_but_what_is_open_stays_on_it() {
    let (_folder, history, outbox) = outbox(Room::default()).await;
    let open = outbox.post(message(3), NOW).await.unwrap();
    let qos = QoS::AtMostOnce;
    let mut last = open;
    for _ in 0..LISTED + 5 {
        last = outbox.note(Message { qos, ..message(7) }, NOW).await.unwrap();
    }
    let rows = outbox.list().rows;
    assert_eq!(rows.len(), LISTED as usize + 1);
    assert_eq!((rows[0].id, rows[rows.len() - 1].id), (last, open));
    // The payload of a finished one comes from the history.
    assert!(rows[0].sent.message.payload.is_empty() && rows[0].size == 7);
    assert_eq!(outbox.message(last).await.unwrap().unwrap().payload.len(), 7);

    let again = Outbox::open(history, Room::default()).await.unwrap();
    assert_eq!(again.list().rows.len(), rows.len());
    assert!(again.post(message(1), NOW).await.unwrap() > last);
}
