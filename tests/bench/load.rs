//! The load: a publisher in a process of its own, so that its cost is not counted as Treetop's.
//!
//! `treetop-load PORT MESSAGES TOPICS [--retain] [--rate MESSAGES_PER_SECOND]` publishes at QoS 0 to a broker
//! on this computer, as fast as the broker reads if no rate is given. Message `n` goes to topic `n % TOPICS`
//! and carries its number as `seq`. The packets are made by hand (MQTT 5, 3.1 and 3.3), because a client
//! library would be what is measured.

use std::io::{Error, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How much is written at once at most.
const BLOCK: usize = 1 << 16;

/// The pace of a load with a rate: what is due is written this often.
const SLICE: Duration = Duration::from_millis(10);

struct Load {
    port: u16,
    messages: u64,
    topics: u64,
    retain: bool,
    /// Messages per second.
    rate: Option<u64>,
}

fn main() -> ExitCode {
    let done = arguments(std::env::args().skip(1)).and_then(|load| publish(&load));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("treetop-load: {error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> std::io::Result<Load> {
    let number = |name: &str, text: Option<String>| {
        text.and_then(|text| text.parse::<u64>().ok())
            .filter(|number| *number > 0)
            .ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("{name} is missing or no number")))
    };
    let port = number("PORT", given.next())?;
    let mut load = Load {
        port: u16::try_from(port).map_err(|_large| Error::new(ErrorKind::InvalidInput, "no such port"))?,
        messages: number("MESSAGES", given.next())?,
        topics: number("TOPICS", given.next())?,
        retain: false,
        rate: None,
    };
    while let Some(option) = given.next() {
        match option.as_str() {
            "--retain" => load.retain = true,
            "--rate" => load.rate = Some(number("--rate", given.next())?),
            other => return Err(Error::new(ErrorKind::InvalidInput, format!("{other} is unknown"))),
        }
    }
    Ok(load)
}

/// The name of topic number `n`.
fn topic(n: u64) -> String {
    format!("plant/line-{}/cell-{}/sensor-{n}/state", n % 10, n % 100)
}

fn publish(load: &Load) -> std::io::Result<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", load.port))?;
    let id = format!("load-{}", std::process::id());
    let mut connect = vec![0, 4, b'M', b'Q', b'T', b'T', 5, 2, 0, 0, 0, 0, id.len() as u8];
    connect.extend_from_slice(id.as_bytes());
    write_packet(&mut stream, 0x10, &connect)?;
    // What is not read here would be taken for the answer below. A CONNACK is shorter than 128 bytes.
    let mut header = [0; 2];
    stream.read_exact(&mut header)?;
    let mut connack = vec![0; header[1].into()];
    stream.read_exact(&mut connack)?;
    let mut buffer = Vec::with_capacity(2 * BLOCK);
    let began = Instant::now();
    for n in 0..load.messages {
        if let Some(rate) = load.rate {
            let due = Duration::from_secs_f64(n as f64 / rate as f64);
            if due > began.elapsed() + SLICE {
                stream.write_all(&buffer)?;
                buffer.clear();
                std::thread::sleep(SLICE);
            }
        }
        let topic = topic(n % load.topics);
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
        write_packet(&mut buffer, if load.retain { 0x31 } else { 0x30 }, &body)?;
        if buffer.len() > BLOCK {
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
