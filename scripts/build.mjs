// Builds the window with its interface inside: what `npm start` runs and what the end-to-end tests drive.
import { join } from "node:path";
import { root, run } from "./process.mjs";

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
  const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const name = process.platform === "win32" ? "treetop.exe" : "treetop";
  return join(target, release ? "release" : "debug", name);
}
