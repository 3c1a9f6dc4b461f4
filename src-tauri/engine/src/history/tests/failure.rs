use super::*;
use crate::history::file::beside;

#[tokio::test]
async fn a_file_open_read_only_is_read_and_takes_nothing() {
    let (_folder, path) = place();
    assert!(History::open_read_only(&path).await.is_err());
    assert!(!path.exists());
    let history = opened(&path).await;
    let ids = store(&history, vec![message("t", "x", QoS::AtLeastOnce)]).await;

    let other = History::open_read_only(&path).await.unwrap();
    assert_eq!(other.last_id(), ids[0]);
    assert_eq!(other.latest("t").await.unwrap().unwrap().id, ids[0]);
    assert_eq!(*other.health().borrow(), Health::ReadOnly);
    let row = Row {
        id: other.next_id(NOW),
        message: message("t", "y", QoS::AtLeastOnce),
        marks: 0,
    };
    let submission = Submission {
        rows: vec![row],
        packet_ids: None,
        committed: Box::new(|_| panic!("not taken")),
    };
    assert!(matches!(other.submit(submission), Err(Refused::ReadOnly(_))));
    assert_eq!(
        other.add_event(NOW, "k", "{}".into()).await,
        Err(HistoryError::ReadOnly)
    );
    other.close().await.unwrap();
    assert_eq!(history.count("t").await.unwrap(), 1);
}

#[tokio::test]
async fn a_closed_history_takes_nothing() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    history.close().await.unwrap();
    let submission = Submission {
        rows: Vec::new(),
        packet_ids: None,
        committed: Box::new(|_| panic!("not taken")),
    };
    assert!(matches!(history.submit(submission), Err(Refused::Closed(_))));
    assert_eq!(
        history.add_event(NOW, "k", "{}".into()).await,
        Err(HistoryError::Closed)
    );
    assert_eq!(history.count("t").await, Err(HistoryError::Closed));
}

#[tokio::test]
async fn a_newer_file_opens_read_only_and_stays_as_it_is() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let ids = store(&history, vec![message("t", "x", QoS::AtLeastOnce)]).await;
    history
        .write(|desk| {
            Box::pin(async move {
                sqlx::raw_sql("ALTER TABLE messages ADD COLUMN newer; PRAGMA user_version = 99")
                    .execute(&mut desk.connection)
                    .await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    history.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();

    let history = opened(&path).await;
    let known = MIGRATIONS.len() as i64;
    assert_eq!(history.notice(), Some(&Notice::NewerVersion { found: 99, known }));
    assert_eq!(*history.health().borrow(), Health::ReadOnly);
    assert_eq!(history.latest("t").await.unwrap().unwrap().id, ids[0]);
    history.close().await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_write_protected_file_opens_read_only() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    let ids = store(&history, vec![message("t", "x", QoS::AtLeastOnce)]).await;
    history.close().await.unwrap();
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();

    let history = opened(&path).await;
    assert_eq!(history.notice(), Some(&Notice::WriteProtected));
    assert_eq!(history.latest("t").await.unwrap().unwrap().id, ids[0]);
}

#[tokio::test]
async fn a_file_in_a_place_nobody_may_write_to_opens_read_only() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(&history, vec![message("t", "x", QoS::AtLeastOnce)]).await;
    history.close().await.unwrap();
    // An administrator may write anywhere; a folder in the place of SQLite's own file keeps it out all the same.
    std::fs::create_dir(beside(&path, "-wal")).unwrap();
    let history = opened(&path).await;
    assert_eq!(history.notice(), Some(&Notice::WriteProtected));
    assert_eq!(history.count("t").await.unwrap(), 1);
}

#[tokio::test]
async fn a_damaged_file_is_set_aside_and_never_deleted() {
    let (folder, path) = place();
    for round in ["", "-2"] {
        let garbage = format!("this is no database {round}").repeat(500);
        std::fs::write(&path, &garbage).unwrap();
        assert!(History::open_read_only(&path).await.is_err());
        let history = opened(&path).await;
        let to = folder
            .path()
            .join(format!("history.db.damaged-1700000000{round}"));
        assert_eq!(history.notice(), Some(&Notice::SetAside { to: to.clone() }));
        assert_eq!(std::fs::read_to_string(to).unwrap(), garbage);
        store(&history, vec![message("t", "x", QoS::AtLeastOnce)]).await;
        history.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_file_cut_short_is_set_aside() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(
        &history,
        (0..2_000)
            .map(|i| message("t", vec![i as u8; 200], QoS::AtMostOnce))
            .collect(),
    )
    .await;
    history.close().await.unwrap();
    assert!(!beside(&path, "-wal").exists());
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let history = opened(&path).await;
    assert!(matches!(history.notice(), Some(Notice::SetAside { .. })));
    assert_eq!(history.totals().await.unwrap(), Totals::default());
}

/// Lets a file grow by a few pages only, or without end.
async fn limit_pages(history: &History, more: Option<i64>) {
    history
        .write(move |desk| {
            Box::pin(async move {
                let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
                    .fetch_one(&mut desk.connection)
                    .await?;
                let most = more.map_or(1_073_741_823, |more| pages + more);
                let sql = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {most}"));
                sqlx::raw_sql(sql).execute(&mut desk.connection).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_must_be_kept_and_recovers_by_itself() {
    let (_folder, path) = place();
    let limits = Limits {
        rows: 1_000,
        bytes: 1 << 30,
    };
    let history = History::open_with(&path, NOW, limits).await.unwrap();
    limit_pages(&history, Some(10)).await;

    let (ids, mut answered) = submit(
        &history,
        vec![message("t", vec![1; 1_000], QoS::AtLeastOnce); 900],
    );
    let mut health = history.health();
    health
        .wait_for(|health| *health == Health::DiskFull)
        .await
        .unwrap();
    assert!(answered.try_recv().is_err());
    assert_eq!(history.count("t").await.unwrap(), 0);

    // Meanwhile the backlog fills: QoS 0 comes back, QoS 1 is taken.
    let rows = |qos| -> Vec<Row> {
        let message = message("t", "later", qos);
        (0..200)
            .map(|_| Row {
                id: history.next_id(NOW),
                message: message.clone(),
                marks: 0,
            })
            .collect()
    };
    let quietly = |rows| Submission {
        rows,
        packet_ids: None,
        committed: Box::new(drop),
    };
    let Err(Refused::Backlog(refused)) = history.submit(quietly(rows(QoS::AtMostOnce))) else {
        panic!("not refused")
    };
    assert_eq!(refused.len(), 100);
    history.submit(quietly(rows(QoS::AtLeastOnce))).unwrap();
    assert_eq!(history.backlog().rows, 1_200);

    limit_pages(&history, None).await;
    answered.await.unwrap().unwrap();
    health.wait_for(|health| *health == Health::Ok).await.unwrap();
    store(&history, vec![message("t", "after", QoS::AtLeastOnce)]).await;
    assert_eq!(history.count("t").await.unwrap(), 1_201);
    for id in ids {
        assert!(history.message(id).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn closing_on_a_full_disk_says_what_was_not_written() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    limit_pages(&history, Some(2)).await;
    let (_, first) = submit(
        &history,
        vec![message("t", vec![1; 1_000], QoS::AtLeastOnce); 900],
    );
    history
        .health()
        .wait_for(|health| *health == Health::DiskFull)
        .await
        .unwrap();
    let (_, second) = submit(&history, vec![message("t", "x", QoS::AtLeastOnce)]);
    assert_eq!(history.close().await, Err(HistoryError::DiskFull));
    assert_eq!(first.await.unwrap(), Err(HistoryError::DiskFull));
    assert_eq!(second.await.unwrap(), Err(HistoryError::DiskFull));
    assert_eq!(opened(&path).await.count("t").await.unwrap(), 0);
}

#[tokio::test]
async fn tidying_goes_on_while_a_batch_waits_for_space_and_makes_it() {
    let (_folder, path) = place();
    let history = opened(&path).await;
    store(
        &history,
        vec![message("old", vec![1; 1_000], QoS::AtLeastOnce); 2_000],
    )
    .await;
    limit_pages(&history, Some(0)).await;
    let (_, answered) = submit(
        &history,
        vec![message("new", vec![1; 1_000], QoS::AtLeastOnce); 1_000],
    );
    history
        .health()
        .wait_for(|health| *health == Health::DiskFull)
        .await
        .unwrap();
    let retention = Retention {
        max_bytes: 500_000,
        ..Retention::default()
    };
    history.tidy(&retention, NOW).await.unwrap();
    answered.await.unwrap().unwrap();
    assert_eq!(history.count("new").await.unwrap(), 1_000);
}
