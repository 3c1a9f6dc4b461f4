// Child processes of a test: their output is kept for the report, and they end with their owner.
import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";

/** Children that run now; whatever is left when the test process ends is killed with it. */
const running = new Set<Program>();
process.on("exit", () => running.forEach((program) => program.kill()));

export class Program {
  /** What it has printed so far, both streams in the order of arrival. */
  output = "";
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(
    command: string,
    args: string[],
    environment: Record<string, string> = {},
    input?: Buffer | string,
  ) {
    // A group of its own, so that killing it also ends what it has started.
    this.child = spawn(command, args, { env: { ...process.env, ...environment }, detached: true });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (data: Buffer) => (this.output += data.toString()));
    }
    this.child.stdin?.on("error", () => {
      // It ended before it had read everything; its exit code says why.
    });
    this.child.stdin?.end(input);
    running.add(this);
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", (error) => {
        running.delete(this);
        reject(error);
      });
      this.child.once("close", (code, signal) => {
        running.delete(this);
        if (signal) this.output += `\nended by ${signal}`;
        resolve(code);
      });
    });
    // Whoever awaits `ended` still sees the error; nobody has to.
    this.ended.catch((error: unknown) => (this.output += String(error)));
  }

  get isRunning(): boolean {
    return running.has(this);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`it did not start: ${this.output}`);
    return this.child.pid;
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): void {
    if (!this.isRunning || this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** Kills it with all it has started and waits until it is gone. */
  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.kill(signal);
    await this.ended.catch(() => null);
  }
}

/** Runs a program to its end and resolves with what it printed; failing is an error with the program's words. */
export async function run(command: string, args: string[], input?: Buffer | string): Promise<string> {
  const program = new Program(command, args, {}, input);
  const code = await program.ended;
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}\n${program.output}`);
  return program.output;
}

/** A loopback port that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

/** Asks until the answer is not undefined. The time-out is for machines under load, not a measurement. */
export async function until<T>(what: string, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
