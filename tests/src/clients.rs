//! Foreign clients: `mosquitto_pub`, `mosquitto_sub` and `mosquitto_rr` as child processes.
//!
//! They say what a broker really delivers, independently of the MQTT library under test. Everything is MQTT 5.
//! Further options of these programs go through `arguments` unchanged.

use std::{
    ffi::OsString,
    path::Path,
    process::{Output, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader},
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};

use crate::{Error, Log, certificates::Identity};

/// Generous, because a busy machine is slow.
const WITHIN: Duration = Duration::from_secs(20);
/// `mosquitto_sub` prints a message as one such line; the topic is last because it may hold any character but NUL.
const FORMAT: &str = r"message\t%q\t%r\t%x\t%R\t%C\t%P\t%t";

/// How foreign clients reach one broker.
#[derive(Clone)]
pub struct Clients {
    arguments: Vec<OsString>,
}

/// A message as `mosquitto_sub` received it. Absent properties are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub topic: String,
    pub payload: Vec<u8>,
    pub qos: u8,
    pub retain: bool,
    pub response_topic: String,
    pub content_type: String,
    /// As mosquitto writes them: `name:value name:value`.
    pub user_properties: String,
}

impl Clients {
    /// Clients of a plain listener on 127.0.0.1.
    pub fn new(port: u16) -> Self {
        Self { arguments: vec![] }
            .with(["-h", "127.0.0.1", "-V", "5", "-p"])
            .with([port.to_string()])
    }

    /// Signs in.
    pub fn user(self, name: &str, password: &str) -> Self {
        self.with(["-u", name, "-P", password])
    }

    /// Uses TLS and trusts this authority.
    pub fn trust(self, authority: &Path) -> Self {
        self.with(["--cafile".as_ref(), authority])
    }

    /// Shows this certificate (TLS only).
    pub fn identity(self, identity: &Identity) -> Self {
        self.with(["--cert".as_ref(), identity.certificate.as_path()])
            .with(["--key".as_ref(), identity.key.as_path()])
    }

    fn with<T: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    fn command(&self, program: &'static str) -> Command {
        let mut command = Command::new(program);
        command.kill_on_drop(true);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Publishes one message, whatever its bytes, and waits until the client has ended: from QoS 1 on, the broker
    /// has then acknowledged it.
    ///
    /// # Errors
    /// [`Error::Ended`] with the client's words if it was refused.
    pub async fn publish(&self, topic: &str, payload: &[u8], arguments: &[&str]) -> Result<(), Error> {
        let mut command = self.command("mosquitto_pub");
        command.args(&self.arguments).args(["-t", topic]).args(arguments);
        // Without input `-s` would publish nothing at all: an empty payload has its own option.
        command.arg(if payload.is_empty() { "-n" } else { "-s" });
        let output = run("mosquitto_pub", command.stdin(Stdio::piped()), payload).await?;
        succeed("mosquitto_pub", output).map(drop)
    }

    /// Publishes each line as a message of its own over one connection: the fast way to many messages.
    pub async fn publish_lines(&self, topic: &str, lines: &str, arguments: &[&str]) -> Result<(), Error> {
        let mut command = self.command("mosquitto_pub");
        command
            .args(&self.arguments)
            .args(["-l", "-t", topic])
            .args(arguments);
        let output = run("mosquitto_pub", command.stdin(Stdio::piped()), lines.as_bytes()).await?;
        succeed("mosquitto_pub", output).map(drop)
    }

    /// Sends a request and returns the payload of the reply.
    pub async fn request(
        &self,
        topic: &str,
        payload: &str,
        response_topic: &str,
        arguments: &[&str],
    ) -> Result<Vec<u8>, Error> {
        let mut command = self.command("mosquitto_rr");
        command
            .args(&self.arguments)
            .args(["-N", "-t", topic, "-e", response_topic, "-m", payload])
            .args(arguments);
        let output = run("mosquitto_rr", &mut command, &[]).await?;
        succeed("mosquitto_rr", output)
    }

    /// Subscribes and returns when the broker has acknowledged it, so that nothing published later is missed.
    pub async fn subscribe(&self, filter: &str, arguments: &[&str]) -> Result<Subscriber, Error> {
        // Into a pipe mosquitto_sub writes only full blocks; stdbuf makes it lines and then becomes mosquitto_sub.
        let mut command = self.command("stdbuf");
        command.args(["-oL", "mosquitto_sub"]).args(&self.arguments);
        command.args(["-d", "-F", FORMAT, "-t", filter]).args(arguments);
        let mut child = command.spawn().map_err(Error::program("mosquitto_sub"))?;
        let log = Arc::new(Mutex::new(Log::default()));
        let (sender, lines) = mpsc::unbounded_channel();
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(read_lines(stderr, log.clone(), None));
        }
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(read_lines(stdout, log.clone(), Some(sender)));
        }
        let mut subscriber = Subscriber { child, lines, log };
        subscriber
            .wait("the subscription", |line| {
                line.starts_with("Subscribed ").then_some(())
            })
            .await?;
        Ok(subscriber)
    }
}

/// A running `mosquitto_sub`; dropping it kills it.
pub struct Subscriber {
    child: Child,
    lines: mpsc::UnboundedReceiver<String>,
    log: Arc<Mutex<Log>>,
}

impl Subscriber {
    /// The next message, in the order of arrival.
    pub async fn next(&mut self) -> Result<Message, Error> {
        self.wait("a message", parse).await
    }

    /// The next `count` messages.
    pub async fn take(&mut self, count: usize) -> Result<Vec<Message>, Error> {
        let mut messages = Vec::with_capacity(count);
        while messages.len() < count {
            messages.push(self.next().await?);
        }
        Ok(messages)
    }

    /// Everything it has printed so far.
    pub fn log(&self) -> Log {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn wait<T>(&mut self, what: &'static str, wanted: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
        let program = "mosquitto_sub";
        let search = async {
            while let Some(line) = self.lines.recv().await {
                if let Some(found) = wanted(&line) {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        };
        match timeout(WITHIN, search).await {
            Ok(Ok(Some(found))) => Ok(found),
            Ok(Ok(None)) => {
                let status = self.child.wait().await.map_err(Error::program(program))?;
                Err(Error::Ended {
                    program,
                    status,
                    log: self.log(),
                })
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(Error::TooLate {
                what,
                within: WITHIN,
                log: self.log(),
            }),
        }
    }
}

async fn read_lines(
    from: impl AsyncRead + Unpin,
    log: Arc<Mutex<Log>>,
    lines: Option<mpsc::UnboundedSender<String>>,
) {
    let mut reader = BufReader::new(from).lines();
    while let Ok(Some(line)) = reader.next_line().await {
        {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.0.push_str(&line);
            log.0.push('\n');
        }
        if let Some(lines) = &lines {
            // Nobody listens any more once the subscriber is dropped; its process is dying then.
            let _ = lines.send(line);
        }
    }
}

async fn run(program: &'static str, command: &mut Command, input: &[u8]) -> Result<Output, Error> {
    let mut child = command.spawn().map_err(Error::program(program))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A client that was refused closes its input early; its exit status says why.
        let _ = stdin.write_all(input).await;
    }
    let late = Error::TooLate {
        what: "the client's end",
        within: WITHIN,
        log: Log(program.to_owned()),
    };
    timeout(WITHIN, child.wait_with_output())
        .await
        .map_err(|_| late)?
        .map_err(Error::io("read a client's output"))
}

fn succeed(program: &'static str, output: Output) -> Result<Vec<u8>, Error> {
    let log = Log(String::from_utf8_lossy(&output.stderr).into_owned());
    // mosquitto_pub 2.0 reports some refusals on stderr only and still ends with 0.
    if output.status.success() && log.0.is_empty() {
        return Ok(output.stdout);
    }
    Err(Error::Ended {
        program,
        status: output.status,
        log,
    })
}

/// A line of [`FORMAT`]; `None` for the client's debug output.
fn parse(line: &str) -> Option<Message> {
    let mut fields = line.strip_prefix("message\t")?.splitn(7, '\t');
    let mut next = || fields.next();
    let (qos, retain, payload) = (next()?, next()?, next()?);
    Some(Message {
        qos: qos.parse().ok()?,
        retain: retain == "1",
        payload: bytes(payload)?,
        response_topic: next()?.to_owned(),
        content_type: next()?.to_owned(),
        user_properties: next()?.to_owned(),
        topic: next()?.to_owned(),
    })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
