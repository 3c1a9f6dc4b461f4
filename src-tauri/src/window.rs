//! The main window: made once, shown again when a second start asks for it.

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder, Wry};

const LABEL: &str = "main";

/// Makes the window. Its size and place are restored by the window-state plugin.
pub fn open(app: &AppHandle<Wry>) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Treetop")
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        // The first frame is drawn in the colour of the dark theme's chrome, not in white.
        .background_color(tauri::window::Color(14, 17, 19, 255))
        .build()?;
    Ok(())
}

/// Brings the window to the front.
pub fn show(app: &AppHandle<Wry>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        for result in [window.unminimize(), window.show(), window.set_focus()] {
            if let Err(error) = result {
                log::warn!("the window can't be brought to the front: {error}");
            }
        }
    }
}
