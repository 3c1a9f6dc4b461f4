// Builds the window with its interface inside: what `npm start` runs and what the end-to-end tests drive.
import { join } from "node:path";
import { run, target } from "./process.mjs";

/**
 * Which features a crate is compiled with follows from what cargo is told to build. The tests build all of the
 * workspace, examples included, so a window for them is built the same way: most of it is there already then.
 */
const selected = {
  product: ["-p", "treetop", "--features", "custom-protocol"],
  tests: ["--workspace", "--bins", "--example", "bindings", "--features", "treetop/custom-protocol"],
};

/** Resolves with the path of the program; the load of the tests lies beside it, if it is built for them. */
export async function build({ release = false, tests = false } = {}) {
  await run("npx", ["--no-install", "vite", "build", "--config", "ui/vite.config.ts", "--logLevel", "warn"]);
  const targets = tests ? selected.tests : selected.product;
  await run("cargo", ["build", ...targets, ...(release ? ["--release"] : [])]);
  const name = process.platform === "win32" ? "treetop.exe" : "treetop";
  return join(target(), release ? "release" : "debug", name);
}
