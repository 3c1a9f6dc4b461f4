//! The desktop shell: a window, the command line, single instance, files to save to. Nothing else: what
//! the commands do is in `treetop-api`.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod commands;
mod desktop;
mod renderer;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

use mimalloc::MiMalloc;
use tauri::{Emitter, Manager, RunEvent};
use treetop_api::Api;
use treetop_api::types::app::OpenRequest;

use crate::arguments::Arguments;
use crate::desktop::TauriDesktop;

/// Messages are allocated by the thread that reads them and freed by the one that stores them, between topics
/// that stay for good. This allocator gives back what a burst of them took.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args().skip(1)) {
        Ok(Arguments::Open(request)) => {
            arguments::hide_password(&request);
            request
        }
        Ok(Arguments::OpenWithPassword(address)) => {
            match arguments::with_password(&address, std::io::stdin().lock()) {
                Ok(request) => request,
                Err(error) => {
                    eprintln!("treetop: the password can't be read: {error}");
                    return ExitCode::FAILURE;
                }
            }
        }
        Ok(Arguments::Say(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    renderer::choose();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Treetop can't start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(request: OpenRequest) -> tauri::Result<()> {
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, argv, _folder| {
            if let Ok(Arguments::Open(request)) = Arguments::parse(argv.into_iter().skip(1)) {
                // Without a window there is nobody to tell; it is about to close.
                let _ = app.emit("open", request);
            }
            window::show(app);
        }))
        .plugin(
            tauri_plugin_log::Builder::new()
                // Libraries are heard when something is wrong, our own crates also when all is well.
                .level(log::LevelFilter::Warn)
                .level_for("treetop", log::LevelFilter::Info)
                .level_for("treetop_api", log::LevelFilter::Info)
                .level_for("treetop_demo", log::LevelFilter::Info)
                .level_for("treetop_engine", log::LevelFilter::Info)
                .max_file_size(2_000_000)
                .rotation_strategy(tauri_plugin_log::RotationStrategy::KeepOne)
                .build(),
        )
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let data = app.path().app_data_dir()?;
            let desktop = Arc::new(TauriDesktop::new(app.handle().clone()));
            let api = tauri::async_runtime::block_on(Api::open(data, desktop, request))?;
            app.manage(Arc::new(api));
            window::open(app.handle())?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            let api = app.state::<Arc<Api>>().inner().clone();
            // What was received is committed and connections are ended properly before the process ends.
            tauri::async_runtime::block_on(api.shutdown());
        }
    });
    Ok(())
}
