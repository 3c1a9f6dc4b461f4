// `npm start`: from a fresh clone to a window with the demo broker in it.
//
//   npm start -- [--release] [--once] [arguments for Treetop]
//
// On a machine without a display the window opens on a display of its own, and a picture of it is taken;
// --once ends there.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { graphics, startDisplay } from "./display.mjs";
import { capture, ended, main, root, sleep, start } from "./process.mjs";
import { setup } from "./setup.mjs";

const own = ["--release", "--once"];
const args = process.argv.slice(2);
const once = args.includes("--once");
const treetop = ["--demo", ...args.filter((arg) => !own.includes(arg) && arg !== "--demo")];

const headless = process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;

main(async () => {
  await setup("build", ...(headless ? ["display"] : []));
  const program = await build({ release: args.includes("--release") });
  if (!headless) {
    process.exit(await ended(start(program, treetop, { env: { ...process.env, ...graphics() } })));
  }

  const { display } = await startDisplay("1280x800");
  console.log(`There is no display here: Treetop opens on its own, ${display}.`);
  const env = { ...process.env, ...graphics(), DISPLAY: display, GDK_BACKEND: "x11", NO_AT_BRIDGE: "1" };
  // A bus of its own, because single-instance would hand over to a Treetop that runs elsewhere.
  const app = start("dbus-run-session", ["--", program, ...treetop], { env, detached: true });
  const gone = ended(app);
  const picture = await Promise.race([photograph(env), gone]);
  if (typeof picture !== "string")
    throw new Error(`Treetop ended with ${picture} before its window was there`);
  console.log(`Picture of the window: ${picture}`);
  if (once) process.exit(0);
  console.log("Running. Ctrl+C ends it.");
  process.exit(await gone);
});

/** Waits until something is drawn on the display and resolves with the path of a picture of it. */
async function photograph(env) {
  const folder = join(root, "target", "start");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "window.png");
  const colours = async () => {
    const taken = await capture("import", ["-silent", "-window", "root", path], { env });
    if (taken.code !== 0) throw new Error(`No picture of the display: ${taken.output}`);
    return Number((await capture("identify", ["-format", "%k", path])).output);
  };
  // An empty display has one colour and an empty window two or three; text has many shades.
  for (let attempt = 0; (await colours()) < 16; attempt++) {
    if (attempt === 240) throw new Error(`The window stayed empty for a minute: ${path}`);
    await sleep(250);
  }
  // The demo broker's first messages arrive just after the first text.
  await sleep(3000);
  await colours();
  return path;
}
