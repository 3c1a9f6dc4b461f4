// The other end of the conversation: mosquitto's command-line clients, speaking MQTT 5.
import { onTestFinished } from "vitest";
import { Program, run, until } from "./program";

export interface Received {
  topic: string;
  payload: Buffer;
  qos: number;
  retain: boolean;
}

const address = (port: number) => ["-h", "127.0.0.1", "-p", String(port), "-V", "5"];

/** Publishes one message, whatever its bytes; `args` are further options of mosquitto_pub, such as `-r`. */
export async function publish(
  port: number,
  topic: string,
  payload: string | Buffer,
  ...args: string[]
): Promise<void> {
  // Without input `-s` would publish nothing at all: an empty payload has its own option.
  const how = payload.length === 0 ? "-n" : "-s";
  await run("mosquitto_pub", [...address(port), "-t", topic, how, ...args], payload);
}

/** Subscribes for the running test, which ends it again; resolves when the broker has acknowledged it. */
export async function subscribe(port: number, filter: string, ...args: string[]): Promise<Subscriber> {
  // Into a pipe mosquitto_sub writes only full blocks; stdbuf makes it lines.
  const format = ["-d", "-F", "message\\t%q\\t%r\\t%x\\t%t"];
  const options = ["-oL", "mosquitto_sub", ...address(port), ...format, "-t", filter, ...args];
  const program = new Program("stdbuf", options);
  onTestFinished(() => program.stop());
  await until("the subscription", () => {
    if (!program.isRunning) throw new Error(program.output);
    return program.output.includes("\nSubscribed ") || undefined;
  });
  return new Subscriber(program);
}

export class Subscriber {
  constructor(private readonly program: Program) {}

  /** Everything received so far, in order. */
  get messages(): Received[] {
    const lines = this.program.output.split("\n").slice(0, -1);
    return lines
      .filter((line) => line.startsWith("message\t"))
      .map((line) => {
        const [, qos, retain, payload = "", ...topic] = line.split("\t");
        return {
          topic: topic.join("\t"),
          payload: Buffer.from(payload, "hex"),
          qos: Number(qos),
          retain: retain === "1",
        };
      });
  }

  /** Waits for the first message that fits. */
  find(fits: (message: Received) => boolean): Promise<Received> {
    return until("the message", () => this.messages.find(fits));
  }
}
