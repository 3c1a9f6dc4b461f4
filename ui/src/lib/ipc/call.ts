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

/**
 * Half of a character pair can be typed and pasted, but is no text elsewhere: the backend could not read the
 * whole command for it. It becomes the mark that UTF-8 has for it, which is what its field shows anyway.
 */
function wellFormed<T>(value: T): T;
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map((one: unknown) => wellFormed(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [wellFormed(name), wellFormed(one)]));
}

/** Runs a command. Rejects with a CommandError only. */
export async function call<K extends keyof Commands>(
  command: K,
  args: Commands[K]["args"],
): Promise<Commands[K]["reply"]> {
  try {
    return await invoke<Commands[K]["reply"]>(command, wellFormed(args));
  } catch (reason) {
    throw new CommandError(command, isReason(reason) ? reason : { kind: "broken", detail: String(reason) });
  }
}
