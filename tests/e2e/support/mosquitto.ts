// A real broker for the window to connect to.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { freePort, Program, until } from "./program";

/** Debian keeps the broker out of an ordinary user's path. */
const program = existsSync("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";

/** Starts mosquitto for the running test, which ends it again. `lines` are added to its configuration. */
export async function startMosquitto(...lines: string[]): Promise<Mosquitto> {
  const broker = new Mosquitto(await freePort(), lines);
  onTestFinished(() => broker.remove());
  await broker.start();
  return broker;
}

export class Mosquitto {
  private readonly folder = mkdtempSync(join(tmpdir(), "treetop-mosquitto-"));
  private process?: Program;

  constructor(
    readonly port: number,
    lines: string[],
  ) {
    // Started by root, mosquitto would become a user that cannot read the test's files.
    const configuration = ["user root", `listener ${port} 127.0.0.1`, "log_dest stderr"];
    if (!lines.some((line) => line.startsWith("allow_anonymous"))) configuration.push("allow_anonymous true");
    configuration.push("persistence true", `persistence_location ${this.folder}/`, ...lines, "");
    writeFileSync(join(this.folder, "mosquitto.conf"), configuration.join("\n"));
  }

  /** Starts it, also again on the same port with what it has saved. */
  async start(): Promise<void> {
    const broker = new Program(program, ["-c", join(this.folder, "mosquitto.conf")]);
    this.process = broker;
    await until("mosquitto", () => {
      if (!broker.isRunning) throw new Error(`mosquitto ended\n${broker.output}`);
      return / running$/m.test(broker.output) || undefined;
    });
  }

  /** Ends it: `SIGTERM` lets it save and say goodbye, `SIGKILL` does not. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    await this.process?.stop(signal);
  }

  get log(): string {
    return this.process?.output ?? "";
  }

  async remove(): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
