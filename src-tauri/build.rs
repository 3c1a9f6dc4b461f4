//! Gives every command of the table a permission of its own; `npm run bindings` writes the list.

fn main() {
    let list =
        std::fs::read_to_string("commands.json").expect("commands.json is written by `npm run bindings`");
    let commands: Vec<String> = serde_json::from_str(&list).expect("commands.json is a list of names");
    println!("cargo:rerun-if-changed=commands.json");
    // The build script ends right after; the names live as long as it does.
    let names: Vec<&'static str> = commands.into_iter().map(|name| &*name.leak()).collect();
    let manifest = tauri_build::AppManifest::new().commands(names.leak());
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))
        .expect("the shell's configuration is valid");
}
