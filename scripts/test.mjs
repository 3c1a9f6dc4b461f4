// `npm test`: everything, in the order in which failures are cheapest to read. Stops at the first failing step.
import { ended, main, start } from "./process.mjs";
import { setup } from "./setup.mjs";

const steps = ["check", "test:unit", "test:broker", "test:e2e"];
const results = [];

main(async () => {
  await step("setup", async () => {
    await setup("build", "display", "test");
    return { code: 0, output: "" };
  });
  for (const name of steps) {
    if (results.some((result) => result.failed > 0)) break;
    await step(name, () => npm(name));
  }
  summarise();
});

async function step(name, body) {
  console.log(`\n━━ ${name}`);
  const began = Date.now();
  const { code, output } = await body().catch((error) => ({
    code: 1,
    output: "",
    error: console.error(error.message),
  }));
  const counted = count(output);
  // A step whose tools count nothing is one test of its own, and so is a failure that they did not count.
  if (code !== 0) counted.failed = Math.max(counted.failed, 1);
  else if (counted.passed === 0) counted.passed = 1;
  results.push({ name, seconds: (Date.now() - began) / 1000, ...counted });
}

/** Runs a script of package.json, shows its output and keeps it for counting. */
async function npm(script) {
  const env = { ...process.env };
  if (process.stdout.isTTY) Object.assign(env, { FORCE_COLOR: "1", CARGO_TERM_COLOR: "always" });
  const child = start("npm", ["run", "--silent", script], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.on("data", (data) => {
      output += data;
      to.write(data);
    });
  }
  return { code: await ended(child), output };
}

/** Adds up what cargo ("test result: ok. 5 passed; 0 failed") and vitest ("Tests  1 failed | 4 passed") report. */
function count(coloured) {
  const output = coloured.replaceAll(/\u001b\[[0-9;]*m/g, "");
  const reports = output.match(/^(test result: .*|\s*Tests {2,}.*)$/gm) ?? [];
  const sum = (pattern) =>
    reports.reduce((total, report) => total + Number(report.match(pattern)?.[1] ?? 0), 0);
  return { passed: sum(/(\d+) passed/), failed: sum(/(\d+) failed/) };
}

function summarise() {
  console.log("\n━━ summary");
  for (const { name, seconds, passed, failed } of results) {
    const verdict = failed > 0 ? `FAILED (${failed})` : `ok (${passed})`;
    console.log(`${name.padEnd(12)} ${`${seconds.toFixed(1)} s`.padStart(9)}  ${verdict}`);
  }
  for (const name of ["setup", ...steps].slice(results.length)) console.log(`${name.padEnd(12)}   not run`);
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  console.log(`\n${total("passed")} passed, ${total("failed")} failed`);
  process.exitCode = total("failed") > 0 ? 1 : 0;
}
