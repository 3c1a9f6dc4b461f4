// Checks the newest Debian package as a distribution would: desktop entry, icon, dependencies, lintian.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture, main, target } from "./process.mjs";
import { setup } from "./setup.mjs";

const wanted = {
  depends: ["libc6", "libgtk-3-0", "libwebkit2gtk-4.1-0"],
  mimeTypes: ["x-scheme-handler/mqtt", "x-scheme-handler/mqtts"],
  files: [
    "usr/bin/treetop",
    "usr/share/icons/hicolor/128x128/apps/treetop.png",
    "usr/share/doc/treetop/copyright",
    "usr/share/doc/treetop/changelog.gz",
  ],
};

main(async () => {
  await setup("test");
  const path = process.argv[2] ?? newest();
  const problems = [];
  const check = (fine, problem) => fine || problems.push(problem);

  const depends = (await output("dpkg-deb", ["--field", path, "Depends"]))
    .split(",")
    .map((name) => name.trim().split(" ")[0]);
  for (const name of wanted.depends) check(depends.includes(name), `does not depend on ${name}`);

  const folder = mkdtempSync(join(tmpdir(), "treetop-deb-"));
  try {
    await output("dpkg-deb", ["--extract", path, folder]);
    for (const file of wanted.files) check(existsSync(join(folder, file)), `has no /${file}`);
    await checkDesktopEntry(join(folder, "usr/share/applications"), check);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  const lintian = await capture("lintian", ["--allow-root", "--fail-on", "error", path]);
  check(lintian.code === 0, `lintian:\n${lintian.output}`);

  console.log(`${path}: ${Math.round(statSync(path).size / 1024)} KiB`);
  if (problems.length > 0) throw new Error(`The package ${problems.join("\nThe package ")}`);
  console.log("The package passes.");
});

async function checkDesktopEntry(folder, check) {
  const name = existsSync(folder) && readdirSync(folder).find((name) => name.endsWith(".desktop"));
  if (!name) return check(false, "has no desktop entry");
  const validation = await capture("desktop-file-validate", [join(folder, name)]);
  check(validation.code === 0, `has a bad desktop entry: ${validation.output}`);
  const entry = readFileSync(join(folder, name), "utf8");
  const field = (key) => entry.match(new RegExp(`^${key}=(.*)$`, "m"))?.[1] ?? "";
  for (const type of wanted.mimeTypes)
    check(field("MimeType").split(";").includes(type), `does not open ${type}`);
  check(field("Icon") === "treetop", `names the icon "${field("Icon")}"`);
  check(/ %u$/.test(field("Exec")), "does not take a link as its argument");
}

async function output(command, args) {
  const result = await capture(command, args);
  if (result.code !== 0) throw new Error(`${command} ended with ${result.code}: ${result.output}`);
  return result.output;
}

function newest() {
  const folder = join(target(), "release/bundle/deb");
  const packages = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".deb")) : [];
  const age = (name) => statSync(join(folder, name)).mtimeMs;
  const last = packages.sort((one, other) => age(one) - age(other)).at(-1);
  if (!last) throw new Error("There is no Debian package: npm run bundle builds it.");
  return join(folder, last);
}
