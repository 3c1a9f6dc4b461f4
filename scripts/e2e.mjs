// `npm run test:e2e`: builds the window and drives it as a person does. Arguments go to vitest.
import { join } from "node:path";
import { build } from "./build.mjs";
import { main, run, target } from "./process.mjs";
import { setup } from "./setup.mjs";

main(async () => {
  if (process.platform !== "linux")
    throw new Error("The window is driven through WebKitWebDriver, on Linux only.");
  await setup("build", "display", "test");
  const program = await build({ tests: true });
  const args = [
    "--no-install",
    "vitest",
    "run",
    "--config",
    "tests/e2e/vitest.config.ts",
    ...process.argv.slice(2),
  ];
  await run("npx", args, {
    env: { ...process.env, TREETOP_PROGRAM: program, TREETOP_LOAD: join(target(), "debug", "treetop-load") },
  });
});
