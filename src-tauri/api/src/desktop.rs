//! What the commands need of a desktop, so that they run and are tested without one.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;

use treetop_engine::profiles::transfer::Folders;

/// An answer that may take a person's time.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why the demo broker can't start, in the words of the system.
#[derive(Debug)]
pub struct DemoFailure(pub String);

/// Dialogs for files, and the broker inside the app.
pub trait Desktop: Send + Sync + 'static {
    /// Asks where to save; none if the person changed their mind.
    fn save_as<'a>(&'a self, name: &'a str) -> Answer<'a, Option<PathBuf>>;
    /// Asks for a file to read.
    fn open_file(&self) -> Answer<'_, Option<PathBuf>>;
    /// Puts a text into the clipboard; says why if it can't.
    fn copy(&self, text: String) -> Result<(), String>;
    /// Where other programs keep their settings.
    fn folders(&self) -> Folders {
        Folders::of_environment()
    }
    /// Starts the demo broker, or answers where it runs.
    fn start_demo(&self) -> Answer<'_, Result<SocketAddr, DemoFailure>>;
    /// Stops the demo broker, if it runs.
    fn stop_demo(&self) -> Answer<'_, ()>;
}
