//! Who may import whom, as ARCHITECTURE.md says, read from the sources themselves.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The files of a package whose code, not its comments, has one of the words.
fn users(package: &str, words: &[&str]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../src-tauri")
        .join(package)
        .join("src");
    let mut found = Vec::new();
    sources(&folder, &mut found);
    assert!(!found.is_empty(), "no sources in {}", folder.display());
    let uses = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        text.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .any(|line| words.iter().any(|word| line.contains(word)))
    };
    let name = |path: PathBuf| path.strip_prefix(&folder).unwrap().display().to_string();
    found.into_iter().filter(uses).map(name).collect()
}

fn only_in(package: &str, words: &[&str], rooms: &[&str]) {
    let users = users(package, words);
    assert!(
        !users.is_empty() || rooms.is_empty(),
        "{words:?} is used nowhere: the rule has nothing to keep"
    );
    let outside: Vec<&String> = users
        .iter()
        .filter(|file| !rooms.iter().any(|room| file.starts_with(room)))
        .collect();
    assert!(
        outside.is_empty(),
        "{words:?} belongs to {rooms:?}, found in {outside:?}"
    );
}

#[test]
fn libraries_stay_in_their_rooms() {
    only_in("engine", &["rumqttc::"], &["session"]);
    only_in("engine", &["sqlx::"], &["history", "profiles"]);
    only_in("engine", &["plotters::"], &["chart"]);
    only_in("engine", &["keyring::"], &["profiles"]);
}

#[test]
fn nothing_knows_the_window_but_the_shell() {
    only_in("engine", &["tauri", "treetop_api", "treetop_demo"], &[]);
    only_in(
        "api",
        &["tauri::", "treetop_demo", "rumqttc", "sqlx", "plotters"],
        &[],
    );
    only_in("demo", &["tauri", "treetop_engine", "treetop_api"], &[]);
}

#[test]
fn data_flows_one_way() {
    for room in ["tree", "history", "chart", "payload"] {
        let inside: Vec<String> = users(
            "engine",
            &[
                "crate::ingest",
                "crate::session",
                "crate::view",
                "crate::connection",
            ],
        )
        .into_iter()
        .filter(|file| file.starts_with(&format!("{room}/")))
        .collect();
        assert!(inside.is_empty(), "{room} imports what feeds it: {inside:?}");
    }
}
