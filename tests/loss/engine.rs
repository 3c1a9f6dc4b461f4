//! The engine in a process of its own, which can be killed at any moment.

use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use treetop_engine::connection::Connection;
use treetop_engine::message::{QoS, Timestamp};
use treetop_engine::session::{Backoff, SessionOptions, Subscription};
use treetop_engine::topic::TopicFilter;

use crate::Failed;

/// The argument that makes this program the engine.
pub const ROLE: &str = "--engine";

/// What both kinds of numbers are published under.
pub const PREFIXES: [(&str, QoS); 2] = [("loss/one", QoS::AtLeastOnce), ("loss/two", QoS::ExactlyOnce)];

/// Messages that may be under way to the engine. The first of a session have packet identifiers up to it, and
/// those prove nothing about a broker (`session::receipts`).
pub const RECEIVE_MAXIMUM: u16 = 1_000;

/// A running engine; dropping it kills it.
pub struct Engine(Child);

impl Engine {
    /// Starts one on a history file.
    pub fn start(port: u16, history: &Path) -> std::io::Result<Self> {
        let child = Command::new(std::env::current_exe()?)
            .arg(ROLE)
            .arg(port.to_string())
            .arg(history)
            .stdin(Stdio::null())
            .spawn()?;
        Ok(Self(child))
    }

    /// Kills it (SIGKILL) and starts another.
    pub fn replace(&mut self, port: u16, history: &Path) -> std::io::Result<()> {
        self.kill()?;
        *self = Self::start(port, history)?;
        Ok(())
    }

    /// Kills it; an engine that had ended by itself is a failure of its own.
    pub fn kill(&mut self) -> std::io::Result<()> {
        if let Some(status) = self.0.try_wait()? {
            return Err(std::io::Error::other(format!(
                "the engine ended by itself: {status}"
            )));
        }
        self.0.kill()?;
        self.0.wait().map(drop)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // It may have ended already, which is what is wanted.
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// Runs until it is killed.
pub fn run(arguments: &[String]) -> ExitCode {
    let [port, history] = arguments else {
        eprintln!("engine: a port and a file are needed");
        return ExitCode::FAILURE;
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let ended = match (runtime, port.parse()) {
        (Ok(runtime), Ok(port)) => runtime.block_on(keep(port, Path::new(history))),
        (Err(error), _) => Err(error.into()),
        (_, Err(error)) => Err(error.into()),
    };
    if let Err(error) = ended {
        eprintln!("engine: {error}");
    }
    ExitCode::FAILURE
}

async fn keep(port: u16, history: &Path) -> Result<(), Failed> {
    let connection = Connection::open(history, |_| None, Timestamp::now()).await?;
    let mut options = SessionOptions::new("127.0.0.1", port, "keeper");
    options.clean_start = false;
    options.session_expiry_secs = u32::MAX;
    options.receive_maximum = RECEIVE_MAXIMUM;
    options.backoff = Backoff {
        first: Duration::from_millis(20),
        longest: Duration::from_millis(100),
    };
    for (prefix, qos) in PREFIXES {
        let filter = TopicFilter::new(format!("{prefix}/#"))?;
        options.subscriptions.push(Subscription::new(filter, qos));
    }
    connection.connect(options).await;
    std::future::pending().await
}
