// `npm run bindings`: writes what is generated from the command table; with --check it only says whether it is up
// to date. The whole workspace is selected, as the tests do: cargo would compile many crates once more without it.
import { join } from "node:path";
import { main, run, target } from "./process.mjs";

main(async () => {
  await run("cargo", ["build", "--quiet", "--workspace", "--example", "bindings"]);
  await run(join(target(), "debug", "examples", "bindings"), process.argv.slice(2));
});
