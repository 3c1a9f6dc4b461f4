// What the window asks of the desktop itself: the clipboard, its zoom, and what a further start wants opened.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import type { OpenRequest } from "./generated";

export function copyText(text: string): Promise<void> {
  return invoke("plugin:clipboard-manager|write_text", { text });
}

/** The zoom of the whole window, 1 being its natural size. */
export function setZoom(factor: number): Promise<void> {
  return getCurrentWebview().setZoom(factor);
}

/** Calls `handler` whenever Treetop is started while it runs, with what that start asked for. */
export async function onOpen(handler: (request: OpenRequest) => void): Promise<void> {
  await listen<OpenRequest>("open", ({ payload }) => handler(payload));
}
