//! What the engine costs, beside `mosquitto_sub` on the same load in the same run.
//!
//! It prints figures and asserts nothing: rates depend on the machine, ratios hold. `--short` runs a small
//! load to show that it works. The window is measured by `tests/e2e/bench`.

mod firehose;
mod process;
mod retained;

use std::process::ExitCode;

/// How much load is used.
pub struct Size {
    /// Messages of the firehose.
    pub messages: u64,
    /// Topics of the firehose.
    pub topics: u64,
    /// Retained topics.
    pub retained: u64,
}

fn main() -> ExitCode {
    let size = match std::env::args().any(|argument| argument == "--short") {
        true => Size {
            messages: 20_000,
            topics: 200,
            retained: 2_000,
        },
        false => Size {
            messages: 1_000_000,
            topics: 1_000,
            retained: 100_000,
        },
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(async {
            println!("{}", process::machine());
            firehose::measure(&size).await?;
            retained::measure(&size).await
        }),
        Err(error) => Err(error.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
