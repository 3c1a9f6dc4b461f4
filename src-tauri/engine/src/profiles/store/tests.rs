//! A real file in a fresh folder.
#![allow(clippy::unwrap_used)]
use tempfile::TempDir;

use super::*;

const NOW: Timestamp = Timestamp(1_700_000_000_000_000);

fn id(text: &str) -> ProfileId {
    ProfileId(text.into())
}

fn profile(text: &str) -> Profile {
    Profile {
        name: text.to_uppercase(),
        ..Profile::new(id(text), format!("client-{text}"))
    }
}

async fn opened(folder: &TempDir) -> Profiles {
    Profiles::open(&folder.path().join("config"), NOW).await.unwrap()
}

async fn order(profiles: &Profiles) -> Vec<String> {
    let listing = profiles.list().await.unwrap();
    listing
        .saved
        .into_iter()
        .map(|saved| saved.profile.id.0)
        .collect()
}

#[tokio::test]
async fn connections_are_saved_changed_and_deleted() {
    let folder = TempDir::new().unwrap();
    let profiles = opened(&folder).await;
    assert_eq!(profiles.list().await.unwrap(), Listing::default());
    profiles.save(&profile("a"), NOW).await.unwrap();
    profiles.save(&profile("b"), NOW).await.unwrap();
    let changed = Profile {
        port: 2_000,
        name: "New".into(),
        ..profile("a")
    };
    profiles.save(&changed, Timestamp(5)).await.unwrap();
    profiles.touch(&id("a"), Timestamp(7), "connected").await.unwrap();
    profiles.close().await;

    let profiles = opened(&folder).await;
    let expected = Saved {
        profile: changed,
        created: NOW,
        last_connected: Some(Timestamp(7)),
        last_result: Some("connected".into()),
    };
    assert_eq!(profiles.get(&id("a")).await.unwrap(), expected);
    assert_eq!(order(&profiles).await, ["a", "b"]);
    profiles.delete(&id("a")).await.unwrap();
    assert_eq!(
        profiles.get(&id("a")).await,
        Err(ProfilesError::NoSuchProfile(id("a")))
    );
    assert_eq!(
        profiles.delete(&id("a")).await,
        Err(ProfilesError::NoSuchProfile(id("a")))
    );
    assert!(profiles.touch(&id("a"), NOW, "x").await.is_err());
    assert_eq!(order(&profiles).await, ["b"]);
}

#[tokio::test]
async fn the_order_is_what_a_person_makes_it() {
    let folder = TempDir::new().unwrap();
    let profiles = opened(&folder).await;
    for name in ["a", "b", "c", "d"] {
        profiles.save(&profile(name), NOW).await.unwrap();
    }
    profiles.reorder(&[id("d"), id("b"), id("gone")]).await.unwrap();
    assert_eq!(order(&profiles).await, ["d", "b", "a", "c"]);
    let copy = profiles
        .duplicate(&id("b"), id("e"), "client-e".into(), NOW)
        .await
        .unwrap();
    assert_eq!(
        copy,
        Profile {
            id: id("e"),
            client_id: "client-e".into(),
            ..profile("b")
        }
    );
    assert_eq!(profiles.get(&id("e")).await.unwrap().profile, copy);
    assert_eq!(order(&profiles).await, ["d", "b", "e", "a", "c"]);
    let twice = profiles.duplicate(&id("b"), id("a"), String::new(), NOW).await;
    assert_eq!(twice, Err(ProfilesError::ProfileExists(id("a"))));
    assert_eq!(order(&profiles).await, ["d", "b", "e", "a", "c"]);
    profiles.save(&profile("f"), NOW).await.unwrap();
    assert_eq!(order(&profiles).await, ["d", "b", "e", "a", "c", "f"]);
}

#[tokio::test]
async fn a_field_of_a_newer_version_survives_saving() {
    let folder = TempDir::new().unwrap();
    let profiles = opened(&folder).await;
    profiles.save(&profile("a"), NOW).await.unwrap();
    sqlx::query("UPDATE connections SET settings = json_set(settings, '$.colour', 'teal', '$.will', json('{\"topic\":\"w\",\"n\":1.50}'))")
        .execute(&profiles.pool)
        .await
        .unwrap();
    let mut read = profiles.get(&id("a")).await.unwrap().profile;
    read.port = 99;
    profiles.save(&read, NOW).await.unwrap();
    let kept: (String, i64, String) = sqlx::query_as(
        "SELECT settings ->> 'colour', settings ->> 'port', settings -> 'will' -> 'n' FROM connections",
    )
    .fetch_one(&profiles.pool)
    .await
    .unwrap();
    assert_eq!(kept, ("teal".into(), 99, "1.50".into()));
}

#[tokio::test]
async fn what_cannot_be_read_is_listed_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let profiles = opened(&folder).await;
    profiles.save(&profile("a"), NOW).await.unwrap();
    profiles.save(&profile("b"), NOW).await.unwrap();
    sqlx::query("UPDATE connections SET settings = '{' WHERE id = 'a'")
        .execute(&profiles.pool)
        .await
        .unwrap();
    let listing = profiles.list().await.unwrap();
    assert_eq!(listing.unreadable, [(id("a"), "A".to_owned())]);
    assert_eq!(listing.saved.len(), 1);
    assert_eq!(
        profiles.get(&id("a")).await,
        Err(ProfilesError::UnreadableProfile(id("a")))
    );
}

#[tokio::test]
async fn settings_have_any_shape() {
    let folder = TempDir::new().unwrap();
    let profiles = opened(&folder).await;
    assert_eq!(profiles.setting::<bool>("dark").await.unwrap(), None);
    profiles.set_setting("dark", &true).await.unwrap();
    profiles.set_setting("dark", &false).await.unwrap();
    profiles.set_setting("panes", &vec![0.25, 0.75]).await.unwrap();
    assert_eq!(profiles.setting("dark").await.unwrap(), Some(false));
    assert_eq!(profiles.setting("panes").await.unwrap(), Some(vec![0.25, 0.75]));
    let wrong = profiles.setting::<Vec<f64>>("dark").await;
    assert_eq!(
        wrong,
        Err(ProfilesError::UnreadableSetting { key: "dark".into() })
    );
}

#[tokio::test]
async fn a_damaged_file_is_set_aside() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("config").join(FILE);
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    std::fs::write(&path, "no database".repeat(1_000)).unwrap();
    let profiles = opened(&folder).await;
    let Some(Notice::SetAside { to }) = profiles.notice() else {
        panic!("not set aside")
    };
    assert!(std::fs::read_to_string(to).unwrap().starts_with("no database"));
    profiles.save(&profile("a"), NOW).await.unwrap();
}

#[tokio::test]
async fn a_newer_file_is_read_and_not_written() {
    let folder = TempDir::new().unwrap();
    let profiles = opened(&folder).await;
    profiles.save(&profile("a"), NOW).await.unwrap();
    sqlx::raw_sql("PRAGMA user_version = 9")
        .execute(&profiles.pool)
        .await
        .unwrap();
    profiles.close().await;
    let profiles = opened(&folder).await;
    assert_eq!(
        profiles.notice(),
        Some(&Notice::NewerVersion { found: 9, known: 1 })
    );
    assert_eq!(order(&profiles).await, ["a"]);
    let refused = profiles.save(&profile("b"), NOW).await;
    assert_eq!(refused, Err(ProfilesError::File(HistoryError::ReadOnly)));
}
