// Where a connection stands, as its shape and as time, the same in every part of the window.
import type { Phase } from "$lib/ipc/generated";

/** The shape, as StatusMark draws it; an offline connection whose history can be read (`open`) is a history file. */
export function markOf(phase: Phase, open = true): "connected" | "trying" | "off" | "refused" | "history" {
  switch (phase.kind) {
    case "connected":
      return "connected";
    case "connecting":
    case "waiting":
      return "trying";
    case "refused":
      return "refused";
    case "offline":
      return open ? "history" : "off";
  }
}

/** Whole seconds until then, at least 0. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1000));
}
