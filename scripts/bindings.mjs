// `npm run bindings`: writes the TypeScript types of the api crate into the interface.
// With --check it writes them elsewhere and fails if the committed ones differ.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { main, root, run } from "./process.mjs";

const committed = join(root, "ui/src/lib/ipc/generated");

main(async () => {
  if (!process.argv.includes("--check")) {
    rmSync(committed, { recursive: true, force: true });
    await generate(committed);
    return;
  }
  mkdirSync(join(root, "target"), { recursive: true });
  const fresh = mkdtempSync(join(root, "target", "bindings-"));
  try {
    await generate(fresh);
    const names = [...new Set([...files(fresh), ...files(committed)])];
    const stale = names.filter((name) => text(join(fresh, name)) !== text(join(committed, name)));
    if (stale.length > 0) throw new Error(`Run npm run bindings, these are out of date: ${stale.join(", ")}`);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
});

async function generate(folder) {
  // ts-rs writes the types as tests named export_bindings_…; sizes and counts fit a JavaScript number.
  const env = { ...process.env, TS_RS_EXPORT_DIR: folder, TS_RS_LARGE_INT: "number" };
  await run("cargo", ["test", "--quiet", "-p", "treetop-api", "--lib", "export_bindings"], { env });
  if (files(folder).length === 0) throw new Error("The api crate exported no types.");
}

function files(folder) {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function text(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
