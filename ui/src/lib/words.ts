import { CommandError } from "$lib/ipc/call";
import type { Failure, Reason } from "$lib/ipc/generated";

/** The reason code within a failure, if it has one. */
export function failureReason(failure: Failure): Reason | null {
  return failure.kind === "refused" || failure.kind === "disconnected" ? failure.reason : null;
}

/** Why a command failed, as a sentence. */
export function errorText(error: unknown): string {
  if (!(error instanceof CommandError)) return String(error);
  const { reason } = error;
  return "detail" in reason ? `${reason.kind}: ${reason.detail}` : reason.kind;
}
