//! A house to live in: an `Api` in a folder of its own, and patience.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use treetop_api::Api;
use treetop_api::desktop::{Answer, DemoFailure, Desktop};
use treetop_api::types::app::OpenRequest;
use treetop_api::types::connection::{Profile, SecretChanges, TestFrame, TestStep};
use treetop_api::types::session::{Phase, StatusFrame};
use treetop_api::types::tree::{TreeFrame, TreeRow, TreeWindow};
use treetop_engine::profiles::transfer::Folders;
use treetop_tests::{Clients, Mosquitto};

/// How long something may take that is about to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers every question for a file with the same path.
#[derive(Default)]
pub struct Desk {
    pub save_to: Mutex<Option<PathBuf>>,
    pub open: Mutex<Option<PathBuf>>,
    pub folders: Mutex<Folders>,
    /// What was copied last.
    pub copied: Mutex<String>,
}

impl Desktop for Desk {
    fn save_as<'a>(&'a self, _name: &'a str) -> Answer<'a, Option<PathBuf>> {
        Box::pin(async { self.save_to.lock().unwrap().clone() })
    }

    fn open_file(&self) -> Answer<'_, Option<PathBuf>> {
        Box::pin(async { self.open.lock().unwrap().clone() })
    }

    fn copy(&self, text: String) -> Result<(), String> {
        *self.copied.lock().unwrap() = text;
        Ok(())
    }

    fn folders(&self) -> Folders {
        self.folders.lock().unwrap().clone()
    }

    fn start_demo(&self) -> Answer<'_, Result<SocketAddr, DemoFailure>> {
        Box::pin(async { Err(DemoFailure("there is none in this house".into())) })
    }

    fn stop_demo(&self) -> Answer<'_, ()> {
        Box::pin(async {})
    }
}

/// An `Api` with its folder.
pub struct House {
    pub api: Arc<Api>,
    pub desk: Arc<Desk>,
    pub folder: TempDir,
}

impl House {
    /// A new house with nothing saved.
    pub async fn new() -> Self {
        Self::in_folder(TempDir::new().unwrap()).await
    }

    /// A house in a folder that may have been lived in.
    pub async fn in_folder(folder: TempDir) -> Self {
        let desk = Arc::new(Desk::default());
        let api = Api::open(folder.path().to_owned(), desk.clone(), OpenRequest::Nothing)
            .await
            .unwrap();
        Self {
            api: Arc::new(api),
            desk,
            folder,
        }
    }

    /// Closes everything and moves into the same folder again.
    pub async fn again(self) -> Self {
        self.api.shutdown().await;
        Self::in_folder(self.folder).await
    }

    /// A saved connection to a broker, changed before it is saved.
    pub async fn saved(&self, port: u16, change: impl FnOnce(&mut Profile)) -> String {
        let mut profile = self.api.profile_new().await.unwrap();
        profile.name = "Test".into();
        profile.host = "127.0.0.1".into();
        profile.port = port;
        change(&mut profile);
        let id = profile.id.clone();
        self.api
            .profile_save(profile, SecretChanges::default())
            .await
            .unwrap();
        id
    }

    /// Every frame of a test of a connection, up to its end.
    pub async fn test(&self, profile: Profile, secrets: SecretChanges) -> Vec<TestFrame> {
        let test = self.api.profile_test(profile, secrets).await.unwrap();
        let (mut frames, mut revision) = (Vec::new(), 0.0);
        loop {
            let frame = self.api.profile_test_frame(test, revision).await.unwrap();
            revision = frame.revision;
            let over = frame.over;
            frames.push(frame);
            if over {
                return frames;
            }
        }
    }

    /// The steps of a test that is over.
    pub async fn tested(&self, profile: Profile) -> Vec<TestStep> {
        self.test(profile, SecretChanges::default())
            .await
            .pop()
            .unwrap()
            .steps
    }

    /// A house that is connected to a new broker, with foreign clients of that broker.
    pub async fn connected() -> (Self, Mosquitto, Clients, String) {
        let broker = Mosquitto::start().await.unwrap();
        let house = Self::new().await;
        let id = house.saved(broker.port(), |_| {}).await;
        house.api.connection_connect(id.clone()).await.unwrap();
        house.until_connected(&id).await;
        let clients = Clients::new(broker.port());
        (house, broker, clients, id)
    }

    /// Waits until the subscriptions are granted.
    pub async fn until_connected(&self, id: &str) -> StatusFrame {
        self.until_status(id, |status| {
            matches!(status.phase, Phase::Connected { .. }) && !status.subscriptions.is_empty()
        })
        .await
    }

    /// Waits for a status.
    pub async fn until_status(&self, id: &str, wanted: impl Fn(&StatusFrame) -> bool) -> StatusFrame {
        until(async || {
            let status = self.api.status(id.to_owned(), 0.0).await.unwrap();
            wanted(&status).then_some(status)
        })
        .await
    }

    /// The first rows of the tree.
    pub async fn frame(&self, id: &str) -> TreeFrame {
        let window = TreeWindow {
            first: 0.0,
            count: 200,
            revision: 0.0,
            anchor: None,
        };
        self.api.tree_frame(id.to_owned(), window).await.unwrap().unwrap()
    }

    /// Waits until a topic has a row with so many messages; its branches are expanded.
    pub async fn until_row(&self, id: &str, topic: &str, messages: f64) -> TreeRow {
        until(async || {
            self.api
                .tree_reveal(id.to_owned(), topic.to_owned())
                .await
                .unwrap()?;
            let row = self
                .frame(id)
                .await
                .rows
                .into_iter()
                .find(|row| row.topic == topic)?;
            (row.messages >= messages).then_some(row)
        })
        .await
    }

    /// Waits until the history has so many messages of a topic; answers with the newest.
    pub async fn until_stored(&self, id: &str, topic: &str, count: f64) -> f64 {
        let frame = async || {
            self.api
                .topic_frame(id.to_owned(), topic.to_owned(), None, None)
                .await
                .unwrap()
        };
        until(async || (frame().await.count >= count).then_some(())).await;
        // The count is read after the message, so only a frame after that one surely has it.
        until(async || frame().await.message.map(|message| message.id)).await
    }
}

/// Tries until there is an answer.
pub async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "it did not happen in {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
