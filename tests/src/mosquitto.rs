//! A real mosquitto on loopback, which can be killed at any moment and comes back on the same ports.
//!
//! Every broker has a plain MQTT listener; TLS and WebSocket listeners come beside it. mosquitto opens all its
//! listeners before it serves the first client, so a CONNACK on the plain one says that all of them are ready.
//! The guard changes no defaults of mosquitto by itself: limits are raised only by a test that asks for it.

use std::{
    fmt::Write as _,
    fs::{self, File},
    net::Ipv4Addr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use crate::{Error, Log, certificates::Certificates, certificates::Identity, port};

/// Generous, because a busy machine is slow; a broker that works needs some 20 ms.
const READY_WITHIN: Duration = Duration::from_secs(20);
/// Another process may take a port between the choice and mosquitto's bind.
const PORT_ATTEMPTS: usize = 5;

/// What a listener speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// MQTT on TCP; always there.
    Plain,
    /// MQTT in TLS.
    Tls,
    /// MQTT in TLS, and the client must show a certificate of the authority.
    MutualTls,
    /// MQTT in WebSocket frames.
    Websocket,
    /// MQTT in WebSocket frames in TLS.
    SecureWebsocket,
}

/// The configuration of a broker before its first start.
#[derive(Default)]
pub struct Builder {
    listeners: Vec<(Listener, String)>,
    password: Option<(String, String)>,
    lines: String,
    persistent: bool,
}

impl Builder {
    /// Refuses everybody but this user (CONNACK 0x87 in mosquitto 2.0).
    pub fn password(mut self, user: &str, password: &str) -> Self {
        self.password = Some((user.to_owned(), password.to_owned()));
        self
    }

    /// Adds an MQTT-in-TLS listener that shows this certificate.
    pub fn tls(self, server: &Identity) -> Self {
        self.listener(Listener::Tls, tls_lines(server))
    }

    /// Adds a TLS listener that accepts only clients with a certificate of the authority.
    pub fn mutual_tls(self, certificates: &Certificates) -> Self {
        let lines = format!(
            "{}cafile {}\nrequire_certificate true\n",
            tls_lines(&certificates.server),
            certificates.authority.display()
        );
        self.listener(Listener::MutualTls, lines)
    }

    /// Adds a WebSocket listener.
    pub fn websocket(self) -> Self {
        self.listener(Listener::Websocket, "protocol websockets\n".to_owned())
    }

    /// Adds a WebSocket-in-TLS listener that shows this certificate.
    pub fn secure_websocket(self, server: &Identity) -> Self {
        self.listener(
            Listener::SecureWebsocket,
            format!("protocol websockets\n{}", tls_lines(server)),
        )
    }

    /// Keeps sessions, retained and queued messages in a file: written by [`Mosquitto::save`] and
    /// [`Mosquitto::stop`], read at every restart.
    pub fn persistent(mut self) -> Self {
        self.persistent = true;
        self
    }

    /// Tells every MQTT 5 client this maximum packet size in bytes (MQTT 5 §3.2.2.3.6); at least 20.
    pub fn max_packet_size(self, bytes: u32) -> Self {
        self.line(&format!("max_packet_size {bytes}"))
    }

    /// Takes away mosquitto's queue limits: for tests in which a lost message must be Treetop's loss.
    pub fn unlimited_queues(self) -> Self {
        self.line("max_inflight_messages 0").line("max_queued_messages 0")
    }

    /// Adds one line of `mosquitto.conf`, valid for the whole broker.
    pub fn line(mut self, line: &str) -> Self {
        self.lines.push_str(line);
        self.lines.push('\n');
        self
    }

    /// Starts it and waits until it answers a CONNECT.
    pub async fn start(self) -> Result<Mosquitto, Error> {
        let mut attempt = 1;
        loop {
            match self.launch().await {
                Err(Error::Ended { log, .. })
                    if attempt < PORT_ATTEMPTS && log.0.contains("Address already in use") =>
                {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    fn listener(mut self, kind: Listener, lines: String) -> Self {
        assert!(
            self.listeners.iter().all(|(other, _)| *other != kind),
            "one {kind:?} listener per broker"
        );
        self.listeners.push((kind, lines));
        self
    }

    async fn launch(&self) -> Result<Mosquitto, Error> {
        let directory = tempfile::tempdir().map_err(Error::io("make a directory for mosquitto"))?;
        let mut ports = vec![(Listener::Plain, port::free()?)];
        for (kind, _) in &self.listeners {
            ports.push((*kind, port::free()?));
        }
        let configuration = self.configuration(directory.path(), &ports)?;
        fs::write(directory.path().join("mosquitto.conf"), configuration)
            .map_err(Error::io("write mosquitto's configuration"))?;
        let mut broker = Mosquitto {
            directory,
            ports,
            process: None,
        };
        broker.spawn().await?;
        Ok(broker)
    }

    fn configuration(&self, directory: &Path, ports: &[(Listener, u16)]) -> Result<String, Error> {
        // Started by root, mosquitto would become a user that cannot read the test's files.
        let mut text = String::from("user root\nlog_dest stderr\n");
        if self.persistent {
            let location = directory.display();
            let _ = writeln!(text, "persistence true\npersistence_location {location}/");
        }
        if let Some((user, password)) = &self.password {
            let file = directory.join("passwords");
            hash_password(&file, user, password)?;
            let _ = writeln!(text, "allow_anonymous false\npassword_file {}", file.display());
        } else {
            text.push_str("allow_anonymous true\n");
        }
        text.push_str(&self.lines);
        let plain = (Listener::Plain, String::new());
        for ((_, port), (_, lines)) in ports.iter().zip(std::iter::once(&plain).chain(&self.listeners)) {
            let _ = write!(text, "\nlistener {port} 127.0.0.1\n{lines}");
        }
        Ok(text)
    }
}

/// A running broker. Dropping it kills it and removes its files; in a panicking test its log is printed first.
pub struct Mosquitto {
    directory: TempDir,
    ports: Vec<(Listener, u16)>,
    process: Option<Child>,
}

impl Mosquitto {
    /// An anonymous broker with mosquitto's defaults.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// A broker to be configured first.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The port of plain MQTT on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port_of(Listener::Plain)
    }

    /// The port of another listener.
    ///
    /// # Panics
    /// If the broker was built without it: a mistake of the test.
    pub fn port_of(&self, kind: Listener) -> u16 {
        let found = self.ports.iter().find(|(other, _)| *other == kind);
        found
            .map(|(_, port)| *port)
            .unwrap_or_else(|| panic!("this broker has no {kind:?} listener"))
    }

    /// Where its persistence file, password file and configuration are.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Everything it has logged since its first start.
    pub fn log(&self) -> Log {
        let bytes = fs::read(self.directory.path().join("mosquitto.log")).unwrap_or_default();
        Log(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Ends it at once (SIGKILL): clients see their connections close, nothing more is saved.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            // An error here says that the process has ended already, which is what is wanted.
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Makes a persistent broker write its state (SIGUSR1) and waits until it has: whatever it acknowledged before
    /// then survives a [`Mosquitto::kill`].
    pub async fn save(&self) -> Result<(), Error> {
        let file = self.directory.path().join("mosquitto.db");
        // mosquitto writes a new file and renames it, so a new time means a complete file.
        let written = || fs::metadata(&file).and_then(|metadata| metadata.modified()).ok();
        let before = written();
        self.signal("-USR1")?;
        let deadline = Instant::now() + READY_WITHIN;
        while written() == before {
            if Instant::now() > deadline {
                return Err(Error::TooLate {
                    what: "saving",
                    within: READY_WITHIN,
                    log: self.log(),
                });
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Asks it to end (SIGTERM) as a service manager does: it says goodbye to its clients and saves its state.
    pub async fn stop(&mut self) -> Result<(), Error> {
        let Some(process) = self.process.as_mut() else {
            return Ok(());
        };
        Command::new("kill")
            .args(["-TERM", &process.id().to_string()])
            .status()
            .map_err(Error::program("kill"))?;
        let deadline = Instant::now() + READY_WITHIN;
        while ended(process)?.is_none() {
            if Instant::now() > deadline {
                return Err(Error::TooLate {
                    what: "the broker's end",
                    within: READY_WITHIN,
                    log: self.log(),
                });
            }
            sleep(Duration::from_millis(10)).await;
        }
        self.process = None;
        Ok(())
    }

    /// Starts it again on the same ports with the same files; a running one is killed first.
    pub async fn restart(&mut self) -> Result<(), Error> {
        self.kill();
        self.spawn().await
    }

    fn signal(&self, signal: &str) -> Result<(), Error> {
        let Some(process) = &self.process else {
            return Ok(());
        };
        let sent = Command::new("kill")
            .args([signal, &process.id().to_string()])
            .status();
        sent.map(drop).map_err(Error::program("kill"))
    }

    async fn spawn(&mut self) -> Result<(), Error> {
        let file = File::options()
            .create(true)
            .append(true)
            .open(self.directory.path().join("mosquitto.log"));
        let child = Command::new(program())
            .arg("-c")
            .arg(self.directory.path().join("mosquitto.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file.map_err(Error::io("open mosquitto's log"))?)
            .spawn()
            .map_err(Error::program("mosquitto"))?;
        self.process = Some(child);
        let deadline = Instant::now() + READY_WITHIN;
        while !answers(self.port()).await {
            if let Some(status) = self.process.as_mut().map(ended).transpose()?.flatten() {
                return Err(Error::Ended {
                    program: "mosquitto",
                    status,
                    log: self.log(),
                });
            }
            if Instant::now() > deadline {
                return Err(Error::TooLate {
                    what: "a CONNACK",
                    within: READY_WITHIN,
                    log: self.log(),
                });
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("mosquitto's log:\n{}", self.log());
        }
    }
}

/// Debian keeps the broker out of an ordinary user's path.
fn program() -> &'static str {
    const DEBIAN: &str = "/usr/sbin/mosquitto";
    if Path::new(DEBIAN).exists() {
        DEBIAN
    } else {
        "mosquitto"
    }
}

fn ended(process: &mut Child) -> Result<Option<ExitStatus>, Error> {
    process
        .try_wait()
        .map_err(Error::io("ask whether mosquitto runs"))
}

fn tls_lines(server: &Identity) -> String {
    format!(
        "certfile {}\nkeyfile {}\n",
        server.certificate.display(),
        server.key.display()
    )
}

fn hash_password(file: &Path, user: &str, password: &str) -> Result<(), Error> {
    let program = "mosquitto_passwd";
    let output = Command::new(program)
        .args(["-c", "-b"])
        .arg(file)
        .args([user, password])
        .output();
    let output = output.map_err(Error::program(program))?;
    if output.status.success() {
        return Ok(());
    }
    let log = Log(String::from_utf8_lossy(&output.stderr).into_owned());
    Err(Error::Ended {
        program,
        status: output.status,
        log,
    })
}

/// Whether something on this port answers an MQTT 3.1.1 CONNECT with a CONNACK, be it a refusal.
async fn answers(port: u16) -> bool {
    // 3.1.1, because that is the smallest CONNECT there is: it passes even the smallest maximum packet size.
    const CONNECT: &[u8] = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00";
    const DISCONNECT: &[u8] = b"\xe0\x00";
    let exchange = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.write_all(CONNECT).await?;
        let mut connack = [0; 4];
        stream.read_exact(&mut connack).await?;
        stream.write_all(DISCONNECT).await?;
        std::io::Result::Ok(connack[0] == 0x20)
    };
    matches!(timeout(Duration::from_secs(2), exchange).await, Ok(Ok(true)))
}
