// Installs what a fresh Debian or Ubuntu machine with Rust, Node and apt lacks, and says so elsewhere.
// When nothing is missing it only looks, and changes nothing.
//
//   node scripts/setup.mjs [build] [display] [test]     without a set: all of them
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { capture, main, root, run, sleep } from "./process.mjs";

const program =
  (...names) =>
  () =>
    names.every(found);
const succeeds =
  (command, ...args) =>
  async () =>
    (await capture(command, args)).code === 0;

/** Per set: Debian's package, and how to see that what we need from it is there, wherever it came from. */
const sets = {
  build: {
    "build-essential": program("cc", "c++", "make"),
    "pkg-config": program("pkg-config"),
    "libwebkit2gtk-4.1-dev": succeeds("pkg-config", "--exists", "webkit2gtk-4.1"),
  },
  display: {
    xvfb: program("Xvfb"),
    imagemagick: program("import", "identify"),
    "dbus-daemon": program("dbus-run-session"),
    "fonts-noto-cjk": () => existsSync("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
  },
  test: {
    "webkit2gtk-driver": program("WebKitWebDriver"),
    mosquitto: program("mosquitto", "mosquitto_passwd"),
    "mosquitto-clients": program("mosquitto_pub", "mosquitto_sub", "mosquitto_rr"),
    "gnome-keyring": program("gnome-keyring-daemon"),
    "desktop-file-utils": program("desktop-file-validate"),
    lintian: program("lintian"),
    procps: program("ps"),
  },
};

function found(name) {
  // Debian keeps mosquitto out of an ordinary user's path.
  return [...process.env.PATH.split(delimiter), "/usr/sbin"].some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function missing(names) {
  const checks = names.flatMap((name) => Object.entries(sets[name]));
  const present = await Promise.all(checks.map(([, check]) => check()));
  return checks.filter((_, index) => !present[index]).map(([name]) => name);
}

/** How to become root: nothing in front, `sudo -n` in front, or undefined. */
async function asRoot() {
  if (process.getuid() === 0) return [];
  return (await capture("sudo", ["-n", "true"])).code === 0 ? ["sudo", "-n"] : undefined;
}

async function apt(prefix, ...args) {
  const [command, ...rest] = [
    ...prefix,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    ...["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"],
    ...args,
  ];
  await run(command, rest);
}

async function update(prefix) {
  // The lock of the lists is not covered by apt's own waiting for a lock.
  for (let attempt = 1; ; attempt++) {
    try {
      return await apt(prefix, "update");
    } catch (error) {
      if (attempt === 5) throw error;
      await sleep(5000);
    }
  }
}

async function installPackages(names) {
  const wanted = await missing(names);
  if (wanted.length === 0) return;
  const command = `apt-get install --no-install-recommends ${wanted.join(" ")}`;
  if (!found("apt-get")) {
    throw new Error(
      `This system lacks what Debian calls: ${wanted.join(" ")}. Install its equivalents, then try again.`,
    );
  }
  const prefix = await asRoot();
  if (!prefix)
    throw new Error(`Some packages are missing. Install them, then try again:\n\n  sudo ${command}\n`);

  console.log(`Installing ${wanted.join(" ")}`);
  const install = () => apt(prefix, "install", "--yes", "--no-install-recommends", ...wanted);
  const lists = existsSync("/var/lib/apt/lists") ? readdirSync("/var/lib/apt/lists") : [];
  const known = lists.some((name) => name.includes("_Packages"));
  if (!known) await update(prefix);
  try {
    await install();
  } catch (error) {
    // Old lists name packages that are no longer there. If that was not it, the programs decide: a broker's
    // service that cannot start in a container is no reason to stop, for the tests start their own.
    if (known) {
      await update(prefix);
      await install().catch(() => {});
    }
    const still = await missing(names);
    if (still.length > 0) throw new Error(`Could not install ${still.join(" ")}: ${error.message}`, { cause: error });
  }
}

async function installModules() {
  const changed = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (
    changed("node_modules/.package-lock.json") >= changed("package-lock.json") &&
    existsSync(join(root, "node_modules"))
  ) {
    return;
  }
  console.log("Installing npm packages");
  await run("npm", ["ci", "--no-audit", "--no-fund"]);
}

/** Makes sure that these sets of system packages and the npm packages are there. */
export async function setup(...names) {
  if (process.platform === "linux") {
    await installPackages(names);
  } else if (!found(process.platform === "win32" ? "cargo.exe" : "cargo")) {
    throw new Error("Rust is missing: see https://rustup.rs");
  } else if (process.platform === "darwin" && !(await succeeds("xcode-select", "-p")())) {
    throw new Error("The compiler is missing: run xcode-select --install");
  }
  await installModules();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(async () => {
    const names = process.argv.slice(2);
    const unknown = names.find((name) => !(name in sets));
    if (unknown) throw new Error(`There is no set "${unknown}", only ${Object.keys(sets).join(", ")}.`);
    await setup(...(names.length > 0 ? names : Object.keys(sets)));
  });
}
