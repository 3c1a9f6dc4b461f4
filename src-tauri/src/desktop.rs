//! What the commands need of the desktop: a place to save to, a file to read, the clipboard, the demo broker.

use std::path::PathBuf;

use tauri::{AppHandle, Wry};
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_dialog::DialogExt;
use tokio::sync::{Mutex, oneshot};
use treetop_api::desktop::{Answer, DemoFailure, Desktop};
use treetop_demo::{Demo, DemoOptions};

/// The desktop through Tauri's dialogs.
pub struct TauriDesktop {
    app: AppHandle<Wry>,
    /// The running demo broker; it stops with the app.
    demo: Mutex<Option<Demo>>,
}

impl TauriDesktop {
    /// For this app.
    pub fn new(app: AppHandle<Wry>) -> Self {
        Self {
            app,
            demo: Mutex::new(None),
        }
    }
}

impl Desktop for TauriDesktop {
    fn save_as<'a>(&'a self, name: &'a str) -> Answer<'a, Option<PathBuf>> {
        Box::pin(async move {
            let (tell, answer) = oneshot::channel();
            self.app
                .dialog()
                .file()
                .set_file_name(name)
                .save_file(move |path| {
                    // Nobody waits any more if the window is gone.
                    let _ = tell.send(path);
                });
            answer.await.ok().flatten().and_then(|path| path.into_path().ok())
        })
    }

    fn open_file(&self) -> Answer<'_, Option<PathBuf>> {
        Box::pin(async move {
            let (tell, answer) = oneshot::channel();
            self.app.dialog().file().pick_file(move |path| {
                let _ = tell.send(path);
            });
            answer.await.ok().flatten().and_then(|path| path.into_path().ok())
        })
    }

    fn copy(&self, text: String) -> Result<(), String> {
        self.app
            .clipboard()
            .write_text(text)
            .map_err(|error| error.to_string())
    }

    fn start_demo(&self) -> Answer<'_, Result<std::net::SocketAddr, DemoFailure>> {
        Box::pin(async move {
            let mut running = self.demo.lock().await;
            if let Some(demo) = running.as_ref() {
                return Ok(demo.address());
            }
            let demo = Demo::start(DemoOptions::default())
                .await
                .map_err(|error| DemoFailure(error.to_string()))?;
            let address = demo.address();
            *running = Some(demo);
            Ok(address)
        })
    }

    fn stop_demo(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            if let Some(demo) = self.demo.lock().await.take() {
                demo.shutdown().await;
            }
        })
    }
}
