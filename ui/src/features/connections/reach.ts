// How far a try to connect came, step by step.
import type { Failure, Phase, Step } from "$lib/ipc/generated";

export type Reach = "done" | "now" | "failed" | "open";

/** The steps a connection to this address takes, without the subscriptions. */
export function stepsTo(address: string): Step[] {
  const scheme = address.slice(0, address.indexOf(":"));
  const steps: Step[] = ["resolve", "tcp"];
  if (scheme === "mqtts" || scheme === "wss") steps.push("tls");
  if (scheme === "ws" || scheme === "wss") steps.push("webSocket");
  steps.push("connack");
  return steps;
}

/** The step a failure belongs to; null where it can't be told, as when an open connection is lost. */
export function failedStep(failure: Failure): Step | null {
  switch (failure.kind) {
    case "resolve":
    case "tcp":
    case "tls":
    case "webSocket":
      return failure.kind;
    case "timeout":
      return failure.step;
    case "refused":
      return "connack";
    default:
      return null;
  }
}

/** Every step with how far it came; empty where that can't be told. */
export function reached(address: string, phase: Phase): { step: Step; reach: Reach }[] {
  const steps = stepsTo(address);
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
  const all: Step[] = failed === "suback" ? [...steps, failed] : steps;
  const at = all.indexOf(failed);
  return all.map((step, place) => ({
    step,
    reach: place < at ? "done" : place === at ? "failed" : "open",
  }));
}
