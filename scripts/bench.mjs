// `npm run bench`: what Treetop costs beside its references, measured in one run on this machine.
// The engine first, without a window; then the whole app with its window open. Nothing is asserted about times.
//
//   npm run bench -- [--short] [--check]
//     --short uses a small load, which only shows that it works
//     --check fails if a ratio is out of its mark
import { join } from "node:path";
import { build } from "./build.mjs";
import { main, run, target } from "./process.mjs";
import { setup } from "./setup.mjs";

const short = process.argv.includes("--short");
const check = process.argv.includes("--check");

main(async () => {
  if (process.platform !== "linux")
    throw new Error("The costs are read from /proc and the window is driven by WebKitWebDriver: Linux only.");
  await setup("build", "display", "test");
  await run("cargo", [
    "bench",
    "-p",
    "treetop-tests",
    "--bench",
    "engine",
    "--",
    ...(short ? ["--short"] : []),
    ...(check ? ["--check"] : []),
  ]);
  const program = await build({ release: true });
  await run("cargo", ["build", "--release", "-p", "treetop-tests", "--bin", "treetop-load"]);
  await run(
    "npx",
    ["--no-install", "vitest", "run", "--config", "tests/e2e/vitest.config.ts", "bench/window"],
    {
      env: {
        ...process.env,
        TREETOP_PROGRAM: program,
        TREETOP_LOAD: join(target(), "release", "treetop-load"),
        TREETOP_BENCH: short ? "short" : "full",
        TREETOP_BENCH_CHECK: check ? "1" : "",
      },
    },
  );
});
