// Builds the window with its interface inside: what `npm start` runs and what the end-to-end tests drive.
import { join } from "node:path";
import { run, target } from "./process.mjs";

/** Resolves with the path of the program. */
export async function build({ release = false } = {}) {
  await run("npx", ["--no-install", "vite", "build", "--config", "ui/vite.config.ts", "--logLevel", "warn"]);
  await run("cargo", [
    "build",
    "-p",
    "treetop",
    "--features",
    "custom-protocol",
    ...(release ? ["--release"] : []),
  ]);
  const name = process.platform === "win32" ? "treetop.exe" : "treetop";
  return join(target(), release ? "release" : "debug", name);
}
