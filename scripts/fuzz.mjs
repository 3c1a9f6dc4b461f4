// `npm run fuzz [TARGET …] [SECONDS]`: searches for bytes that break a decoder, each target for a minute unless
// told. It needs cargo-fuzz and a nightly compiler; the same functions run on a fixed way in `npm test`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { capture, main, root, run } from "./process.mjs";

const folder = join(root, "tests", "fuzz");

const works = async (...args) => (await capture("cargo", args)).code === 0;

main(async () => {
  const manifest = readFileSync(join(folder, "Cargo.toml"), "utf8");
  const targets = [...manifest.matchAll(/^\[\[bin\]\]\nname = "(\w+)"/gm)].map(([, name]) => name);
  const isNumber = (argument) => /^\d+$/.test(argument);
  const named = process.argv.slice(2).filter((argument) => !isNumber(argument));
  const seconds = process.argv.slice(2).find(isNumber) ?? "60";
  const unknown = named.find((name) => !targets.includes(name));
  if (unknown !== undefined) throw new Error(`There is no target ${unknown}, only ${targets.join(", ")}.`);
  if (!(await works("+nightly", "--version")))
    throw new Error("Fuzzing needs a nightly compiler: rustup toolchain install nightly");
  if (!(await works("+nightly", "fuzz", "--version")))
    throw new Error("Fuzzing needs cargo-fuzz: cargo install cargo-fuzz --locked");
  for (const target of named.length > 0 ? named : targets) {
    console.log(`\n━━ ${target}, ${seconds} s`);
    const limits = [`-max_total_time=${seconds}`, "-rss_limit_mb=2048", "-timeout=10"];
    await run("cargo", ["+nightly", "fuzz", "run", "--fuzz-dir", folder, target, "--", ...limits]);
  }
});
