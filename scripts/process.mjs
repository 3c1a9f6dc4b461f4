// Running other programs: everything started here ends with this process.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** The folder that cargo builds into. */
export const target = () => process.env.CARGO_TARGET_DIR ?? join(root, "target");

const running = new Set();

function endAll() {
  for (const child of running) end(child);
}

/** Ends a started program, and what it started itself if it leads a group of its own (`detached`). */
export function end(child) {
  try {
    if (child.group) process.kill(-child.pid, "SIGTERM");
    else child.kill("SIGTERM");
  } catch (error) {
    // It has ended by itself in this moment.
    if (error.code !== "ESRCH") throw error;
  }
}

process.on("exit", endAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
}

/** Starts a program in the repository and returns the child process. */
export function start(command, args, options = {}) {
  // On Windows npm and npx are scripts, which only a shell can run.
  const shell = process.platform === "win32" && /^np[mx]$/.test(command);
  const child = spawn(command, args, { cwd: root, stdio: "inherit", shell, ...options });
  child.group = options.detached === true && child.pid !== undefined;
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Resolves with the exit code of a started program; a signal counts as 128 + its number, as in a shell. */
export function ended(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/** Runs a program to its end and shows its output. A failure is an error that names the command. */
export async function run(command, args, options) {
  const code = await ended(start(command, args, options));
  if (code !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${code}`);
}

/** Runs a program quietly. Resolves with its exit code (127 if it does not exist) and what it printed. */
export async function capture(command, args, options) {
  const child = start(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  try {
    return { code: await ended(child), output };
  } catch (error) {
    return { code: 127, output: String(error) };
  }
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Ends a script with its error in one line: the programs above have already said the rest. */
export function main(body) {
  body().catch((error) => {
    console.error(`\n${error.message}`);
    process.exit(1);
  });
}
