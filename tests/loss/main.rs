//! Nothing is lost: two publishers number their messages while the engine is killed and the broker restarted at
//! random. In the end the history holds every number, those of QoS 2 exactly once.
//!
//! The engine's process ends by SIGKILL. The broker ends by SIGTERM, because mosquitto saves what it holds only
//! then: what a killed broker loses is the broker's loss and proves nothing about Treetop.
//!
//! The order of each topic is the one in which the broker sent it, over all connections. It need not be the one of
//! publishing: after a reconnect mosquitto 2.0 sends messages that come at this moment between those that waited.
//! How many those overtook is printed.
//!
//! The short form runs with the other tests, `--long` by itself. What is random follows from the seed that is
//! printed; `LOSS_SEED` repeats it, as far as the machine's own timing allows.

mod engine;
mod ledger;
mod wire;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use treetop_engine::message::{QoS, Timestamp};
use treetop_tests::Mosquitto;
use treetop_tests::publisher::{Plan, Publisher};

use self::engine::{Engine, PREFIXES, RECEIVE_MAXIMUM};
use self::ledger::Found;
use self::wire::Wire;

/// Why the test could not say yes.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// How much is done.
struct Size {
    /// Messages of each publisher.
    messages: u64,
    kills: usize,
    restarts: usize,
}

const SHORT: Size = Size {
    messages: 5_000,
    kills: 10,
    restarts: 3,
};
const LONG: Size = Size {
    messages: 100_000,
    kills: 50,
    restarts: 20,
};
const TOPICS: u64 = 4;
/// How long nothing new may come before the rest is taken for lost.
const PATIENCE: Duration = Duration::from_secs(60);

/// Messages of each publisher that wait in the broker. mosquitto 2.0 gives packet identifiers to queued messages
/// too: of more than 65,535 it would give some twice.
const MOST_QUEUED: u64 = 10_000;

/// Messages of each publisher that are allowed before a restart of the broker, all others being stored. After a
/// restart with a queue, mosquitto 2.0 sends all of it at once, over the receive maximum and out of order.
const FEW: u64 = 400;

/// What happens to whom.
#[derive(Clone, Copy, PartialEq)]
enum Blow {
    KillEngine,
    RestartBroker,
}

/// Numbers that look random (xorshift); their quality does not matter here, their being repeatable does.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at as u64 + 1) as usize);
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == engine::ROLE) {
        return engine::run(&arguments[1..]);
    }
    // As with other tests, a word on the command line chooses which of them run.
    let words = |argument: &&String| !argument.starts_with('-');
    if arguments
        .iter()
        .filter(words)
        .any(|word| !"loss".contains(word.as_str()))
    {
        return ExitCode::SUCCESS;
    }
    let size = match arguments.iter().any(|argument| argument == "--long") {
        true => LONG,
        false => SHORT,
    };
    let seed = std::env::var("LOSS_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| Timestamp::now().0.unsigned_abs()).max(1);
    println!(
        "loss: {} messages each, {} kills, {} restarts, seed {seed}",
        size.messages, size.kills, size.restarts
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(lose(&size, Chance(seed))),
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(()) => {
            println!("test result: ok. 1 passed; 0 failed");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("loss: {error} (seed {seed})\ntest result: FAILED. 0 passed; 1 failed");
            ExitCode::FAILURE
        }
    }
}

async fn lose(size: &Size, mut chance: Chance) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("history.db");
    let mut broker = Mosquitto::builder()
        .persistent()
        // Everything is queued, but no more is under way than the engine asks for: without a limit of its own,
        // mosquitto 2.0 forgets the engine's after a restart and sends all it has at once.
        .line("max_queued_messages 0")
        .line(&format!("max_inflight_messages {RECEIVE_MAXIMUM}"))
        .line("log_type error")
        .line("log_type subscribe")
        .start()
        .await?;
    let port = broker.port();
    let wire = Wire::start(port).await?;
    let mut engine = Engine::start(wire.port(), &file)?;
    until_subscribed(&broker).await?;

    let publishers = PREFIXES.map(|(prefix, qos)| {
        let plan = Plan {
            client_id: format!("numbers-{}", qos.level()),
            prefix: prefix.to_owned(),
            topics: TOPICS,
            qos: qos.level(),
            retain: false,
            messages: size.messages,
        };
        Publisher::start(port, plan)
    });
    // mosquitto sends a message again that it has sent PUBREL for, if it is restarted before PUBCOMP comes. The
    // engine knows such a message once the packet identifiers have left the receive maximum behind.
    let first = u64::from(RECEIVE_MAXIMUM) * 3 / 5;
    publishers.iter().for_each(|publisher| publisher.allow(first));
    until_stored(&file, first, size.messages).await?;

    let mut blows = vec![Blow::KillEngine; size.kills];
    blows.resize(size.kills + size.restarts, Blow::RestartBroker);
    chance.shuffle(&mut blows);
    let slice = (size.messages - first - size.restarts as u64 * FEW) / (size.kills as u64 + 1);
    let mut allowed = first;
    for blow in blows {
        match blow {
            Blow::KillEngine => {
                until_stored(&file, allowed.saturating_sub(MOST_QUEUED), size.messages).await?;
                allowed += slice;
            }
            Blow::RestartBroker => {
                until_stored(&file, allowed, size.messages).await?;
                allowed += FEW;
            }
        }
        publishers.iter().for_each(|publisher| publisher.allow(allowed));
        // From before the engine is connected to after it took in all that was allowed.
        let millis = if blow == Blow::KillEngine { 400 } else { 60 };
        tokio::time::sleep(Duration::from_millis(chance.below(millis))).await;
        match blow {
            Blow::KillEngine => engine.replace(wire.port(), &file)?,
            Blow::RestartBroker => {
                broker.stop().await?;
                broker.restart().await?;
            }
        }
    }
    for publisher in publishers {
        publisher.allow(size.messages);
        let again = tokio::task::spawn_blocking(|| publisher.finish()).await??;
        println!("loss: a publisher sent {again} packets again");
    }
    until_stored(&file, size.messages, size.messages).await?;
    engine.kill()?;
    judge(&file, size, &wire).await
}

/// A message that is published before the subscription is nobody's loss.
async fn until_subscribed(broker: &Mosquitto) -> Result<(), Failed> {
    let began = Instant::now();
    while !PREFIXES.iter().all(|(prefix, qos)| {
        let line = format!("keeper {} {prefix}/#", qos.level());
        broker.log().0.contains(&line)
    }) {
        if began.elapsed() > PATIENCE {
            return Err("the engine did not subscribe".into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Waits until so many numbers of each kind are there, or nothing came for too long; which of both is for the judge to say.
async fn until_stored(file: &Path, each: u64, messages: u64) -> Result<(), Failed> {
    let (mut before, mut since) = (0, Instant::now());
    loop {
        let mut numbers = 0;
        for (prefix, _) in PREFIXES {
            numbers += ledger::read(file, prefix, messages).await?.numbers;
        }
        if numbers >= each * PREFIXES.len() as u64 {
            return Ok(());
        }
        if numbers > before {
            (before, since) = (numbers, Instant::now());
        } else if since.elapsed() > PATIENCE {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

async fn judge(file: &Path, size: &Size, wire: &Wire) -> Result<(), Failed> {
    let mut wrong = Vec::new();
    for (prefix, qos) in PREFIXES {
        let mut found = ledger::read(file, prefix, size.messages).await?;
        found.swapped = ledger::swapped(file, prefix, wire).await?;
        let Found {
            numbers,
            doubled,
            marked,
            overtaken,
            ..
        } = found;
        println!(
            "loss: QoS {qos}: {numbers} of {} stored, {doubled} twice, {marked} of them marked, {overtaken} overtaken in the broker",
            size.messages
        );
        let doubled = if qos == QoS::ExactlyOnce { 0 } else { doubled };
        // Every message stored twice says so.
        let right = Found {
            numbers: size.messages,
            doubled,
            marked: doubled,
            wrongly_marked: 0,
            overtaken,
            swapped: 0,
        };
        if found != right {
            wrong.push(format!("QoS {qos}: {found:?}"));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong.join("; ").into()),
    }
}
