// How far a try to connect came, step by step.
import type { Failure, Phase, Step } from "$lib/ipc/generated";

export type Reach = "done" | "now" | "failed" | "open";

/** The step a failure belongs to; null where it can't be told, as when an open connection is lost. */
export function failedStep(failure: Failure): Step | null {
  switch (failure.kind) {
    case "resolve":
    case "tcp":
    case "tls":
    case "webSocket":
    case "proxy":
    case "token":
      return failure.kind;
    case "timeout":
      return failure.step;
    case "refused":
    case "unanswered":
      return "connack";
    default:
      return null;
  }
}

/** Every step with how far it came; empty where that can't be told. */
export function reached(steps: readonly Step[], phase: Phase): { step: Step; reach: Reach }[] {
  if (phase.kind === "connecting") {
    const all: Step[] = [...steps, "suback"];
    const at = all.indexOf(phase.step);
    return all.map((step, place) => ({
      step,
      reach: place < at ? "done" : place === at ? "now" : "open",
    }));
  }
  if (phase.kind !== "waiting" && phase.kind !== "refused") return [];
  const failed = failedStep(phase.failure);
  if (failed === null) return [];
  const all = failed === "suback" ? [...steps, failed] : steps;
  const at = all.indexOf(failed);
  // TLS can fail where none was wanted: the port has it.
  if (at < 0) return [];
  return all.map((step, place) => ({
    step,
    reach: place < at ? "done" : place === at ? "failed" : "open",
  }));
}
