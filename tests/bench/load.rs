//! The load: a publisher in a process of its own that writes PUBLISH packets as fast as the broker reads.
//!
//! The packets are made by hand (MQTT 5, 3.1 and 3.3), because a client library would be what is measured.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitCode};

/// The argument that makes this program the publisher.
pub const ROLE: &str = "--publisher";

/// Starts the publisher.
pub fn start(port: u16, messages: u64, topics: u64, retain: bool) -> std::io::Result<Child> {
    let me = std::env::current_exe()?;
    let arguments = [
        port.to_string(),
        messages.to_string(),
        topics.to_string(),
        retain.to_string(),
    ];
    Command::new(me).arg(ROLE).args(arguments).spawn()
}

/// The name of topic number `n`.
pub fn topic(n: u64) -> String {
    format!("plant/line-{}/cell-{}/sensor-{n}/state", n % 10, n % 100)
}

/// Publishes as told by the arguments of `start`.
pub fn run(arguments: &[String]) -> ExitCode {
    match publish(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("publisher: {error}");
            ExitCode::FAILURE
        }
    }
}

fn publish(arguments: &[String]) -> std::io::Result<()> {
    let number = |at: usize| {
        arguments
            .get(at)
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or(0)
    };
    let (port, messages, topics) = (number(0) as u16, number(1), number(2).max(1));
    let retain = arguments.get(3).is_some_and(|text| text == "true");
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let id = format!("load-{}", std::process::id());
    let mut connect = vec![0, 4, b'M', b'Q', b'T', b'T', 5, 2, 0, 0, 0, 0, id.len() as u8];
    connect.extend_from_slice(id.as_bytes());
    write_packet(&mut stream, 0x10, &connect)?;
    // What is not read here would be taken for the answer below. A CONNACK is shorter than 128 bytes.
    let mut header = [0; 2];
    stream.read_exact(&mut header)?;
    let mut connack = vec![0; header[1].into()];
    stream.read_exact(&mut connack)?;
    let mut buffer = Vec::with_capacity(1 << 17);
    for n in 0..messages {
        let topic = topic(n % topics);
        let payload = format!(
            r#"{{"seq":{n},"ts":"2026-03-12T05:32:08.411Z","force_kn":{}.{},"oil_temp_c":61.4,"mode":"auto","ok":true}}"#,
            500 + n % 120,
            n % 10
        );
        let mut body = Vec::with_capacity(topic.len() + payload.len() + 3);
        body.extend_from_slice(&(topic.len() as u16).to_be_bytes());
        body.extend_from_slice(topic.as_bytes());
        body.push(0);
        body.extend_from_slice(payload.as_bytes());
        write_packet(&mut buffer, if retain { 0x31 } else { 0x30 }, &body)?;
        if buffer.len() > 1 << 16 {
            stream.write_all(&buffer)?;
            buffer.clear();
        }
    }
    stream.write_all(&buffer)?;
    // A PINGRESP comes after everything before it was read.
    stream.write_all(&[0xc0, 0])?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer)?;
    stream.write_all(&[0xe0, 0])
}

fn write_packet(to: &mut impl Write, first: u8, body: &[u8]) -> std::io::Result<()> {
    let mut header = vec![first];
    let mut rest = body.len();
    loop {
        let byte = (rest % 128) as u8;
        rest /= 128;
        header.push(if rest > 0 { byte | 0x80 } else { byte });
        if rest == 0 {
            break;
        }
    }
    to.write_all(&header)?;
    to.write_all(body)
}
