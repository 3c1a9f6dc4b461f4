//! Writes what is generated from the command table; with `--check` it only says whether it is up to date.

use std::path::Path;
use std::process::ExitCode;

use treetop_api::bindings;

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let commands = format!("{:#}\n", serde_json::json!(bindings::COMMANDS));
    let typescript = match bindings::typescript() {
        Ok(typescript) => typescript,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let files = [
        (root.join("ui/src/lib/ipc/generated.ts"), typescript),
        (
            root.join("src-tauri/capabilities/main.json"),
            bindings::capability(),
        ),
        (root.join("src-tauri/commands.json"), commands),
    ];
    let check = std::env::args().any(|argument| argument == "--check");
    let mut stale = false;
    for (path, text) in files {
        if std::fs::read_to_string(&path).is_ok_and(|present| present == text) {
            continue;
        }
        if check {
            eprintln!("{} is not up to date: run `npm run bindings`", path.display());
            stale = true;
        } else if let Err(error) = std::fs::write(&path, text) {
            eprintln!("{}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    if stale {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
