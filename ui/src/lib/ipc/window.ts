// What the window asks of the desktop itself: the clipboard and its zoom.
import { invoke } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";

export function copyText(text: string): Promise<void> {
  return invoke("plugin:clipboard-manager|write_text", { text });
}

/** The zoom of the whole window, 1 being its natural size. */
export function setZoom(factor: number): Promise<void> {
  return getCurrentWebview().setZoom(factor);
}
