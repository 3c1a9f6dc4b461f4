// The one door to the backend: every command by its name, typed on both sides.
import { invoke } from "@tauri-apps/api/core";
import type { ApiError, Commands } from "./generated";

/** A command that failed, with the backend's tagged reason. */
export class CommandError extends Error {
  constructor(
    readonly command: keyof Commands,
    readonly reason: ApiError | { kind: "broken"; detail: string },
  ) {
    super(`${command}: ${reason.kind}`);
  }
}

function isReason(value: unknown): value is ApiError {
  return typeof value === "object" && value !== null && "kind" in value;
}

/** Runs a command. Rejects with a CommandError only. */
export async function call<K extends keyof Commands>(
  command: K,
  args: Commands[K]["args"],
): Promise<Commands[K]["reply"]> {
  try {
    return await invoke<Commands[K]["reply"]>(command, args);
  } catch (reason) {
    throw new CommandError(command, isReason(reason) ? reason : { kind: "broken", detail: String(reason) });
  }
}
