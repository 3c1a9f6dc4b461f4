//! What the engine costs, beside `mosquitto_sub` on the same load in the same run.
//!
//! It prints figures with the marks they are to reach. Times depend on the machine; ratios hold, and `--check`
//! fails if one is out of its mark. `--short` runs a small load to show that it works. A word chooses among the
//! parts: `memory`, `firehose`, `retained`, `writer`, `stored`, `tree`, `series`. The window is measured by
//! `tests/e2e/bench`.

mod bare;
mod firehose;
mod growth;
mod marks;
mod process;
mod retained;
mod series;
mod stored;
mod tidying;
mod tree;
mod writer;

use std::error::Error;

use std::process::ExitCode;

use self::marks::Marks;

const SHORT: Size = Size {
    messages: 20_000,
    topics: 200,
    retained: 2_000,
    stored: 20_000,
    tree: 10_000,
};
const FULL: Size = Size {
    messages: 1_000_000,
    topics: 1_000,
    retained: 100_000,
    stored: 10_000_000,
    tree: 1_000_000,
};

/// How much load is used.
pub struct Size {
    /// Messages of the firehose.
    pub messages: u64,
    /// Topics of the firehose.
    pub topics: u64,
    /// Retained topics.
    pub retained: u64,
    /// Messages of a long history.
    pub stored: u64,
    /// Topics of a large tree, and points of a long series.
    pub tree: u64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let size = match has("--short") {
        true => SHORT,
        false => FULL,
    };
    let parts: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let mut marks = Marks::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run(&size, &parts, &mut marks)),
        Err(error) => Err(error.into()),
    };
    if let Err(error) = result {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    if has("--check") && !marks.missed().is_empty() {
        eprintln!("out of their marks:\n  {}", marks.missed().join("\n  "));
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

async fn run(size: &Size, parts: &[&str], marks: &mut Marks) -> Result<(), Box<dyn Error>> {
    let chosen = |part: &str| parts.is_empty() || parts.contains(&part);
    println!("{}", process::machine());
    // First, because memory that others gave back would hide what grows.
    if chosen("memory") {
        growth::measure(size, marks).await?;
    }
    if chosen("firehose") {
        firehose::measure(size, marks).await?;
    }
    if chosen("retained") {
        retained::measure(size, marks).await?;
    }
    if chosen("writer") {
        writer::measure(size, marks).await?;
    }
    if chosen("stored") {
        stored::measure(size, marks).await?;
    }
    if chosen("tree") {
        tree::measure(size, marks);
    }
    if chosen("series") {
        series::measure(size, marks);
    }
    Ok(())
}
