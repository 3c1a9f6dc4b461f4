// Treetop as a person meets it: the real program on a display of its own, driven through WebKit's WebDriver.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { remote } from "webdriverio";
import { graphics, startDisplay } from "../../../scripts/display.mjs";
import { appProcesses } from "./processes";
import { freePort, Program, run, until } from "./program";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const output = here("../output");

/** The window's size where a test asks for no other. */
const SIZE = "1280x800";

export type Browser = Awaited<ReturnType<typeof remote>>;

export interface Launch {
  /** Command-line arguments for Treetop. */
  args?: string[];
  /** width x height of the display in pixels. */
  size?: string;
  /** The home folder of an earlier app, for tests of what a restart keeps. A fresh one otherwise. */
  home?: Home;
  /** Further environment variables. */
  environment?: Record<string, string>;
}

/** A home folder with everything an app keeps between two starts. */
export class Home {
  readonly path = mkdtempSync(join(tmpdir(), "treetop-e2e-"));

  environment(): Record<string, string> {
    const folder = (name: string) => {
      const path = join(this.path, name);
      mkdirSync(path, { recursive: true, mode: 0o700 });
      return path;
    };
    return {
      HOME: this.path,
      XDG_CONFIG_HOME: folder("config"),
      XDG_DATA_HOME: folder("data"),
      XDG_CACHE_HOME: folder("cache"),
      XDG_STATE_HOME: folder("state"),
      XDG_RUNTIME_DIR: folder("runtime"),
    };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/**
 * Starts Treetop for the running test, which ends it again. If the test fails, a picture of the window and the
 * app's log are left in `tests/e2e/output`.
 */
export async function launch(options: Launch = {}): Promise<App> {
  const app = await App.start(options);
  onTestFinished(async ({ task }) => {
    if (task.result?.state === "fail") await app.leaveTraces(task.name);
    await app.quit();
  });
  return app;
}

export class App {
  private constructor(
    /** The WebDriver session of the window. */
    readonly browser: Browser,
    readonly home: Home,
    private readonly ownsHome: boolean,
    private readonly display: Awaited<ReturnType<typeof startDisplay>>,
    private readonly driver: Program,
  ) {}

  static async start({ args = [], size = SIZE, home, environment = {} }: Launch): Promise<App> {
    const binary = process.env.TREETOP_PROGRAM ?? here("../../../target/debug/treetop");
    if (!existsSync(binary)) throw new Error(`${binary} is missing: npm run test:e2e builds it`);
    const place = home ?? new Home();
    const display = await startDisplay(size);
    const port = await freePort();
    // WebKitWebDriver starts the app, so the app inherits the display and the bus from it. The bus is its own,
    // because single-instance makes a second app on the same bus exit.
    const driver = new Program(
      "dbus-run-session",
      ["--", "WebKitWebDriver", `--port=${port}`, "--host=127.0.0.1"],
      {
        LANG: "en_US.UTF-8",
        ...place.environment(),
        ...graphics(),
        DISPLAY: display.display,
        GDK_BACKEND: "x11",
        WAYLAND_DISPLAY: "",
        NO_AT_BRIDGE: "1",
        RUST_BACKTRACE: "1",
        // Without it the app would not listen to the driver, and the session would hang.
        TAURI_WEBVIEW_AUTOMATION: "true",
        ...environment,
      },
    );
    try {
      await until("the driver", () =>
        driver.isRunning ? answers(port) : Promise.reject(new Error(driver.output)),
      );
      const browser = await remote({
        hostname: "127.0.0.1",
        port,
        logLevel: "error",
        // A crashed app leaves the request unanswered.
        connectionRetryTimeout: 60_000,
        connectionRetryCount: 0,
        capabilities: {
          "wdio:enforceWebDriverClassic": true,
          "webkitgtk:browserOptions": { binary, args },
        } as WebdriverIO.Capabilities,
      });
      return new App(browser, place, home === undefined, display, driver);
    } catch (error) {
      const screen = await picture(display.display, "start-failed").catch(String);
      await driver.stop();
      display.process.kill();
      if (home === undefined) place.remove();
      throw new Error(`Treetop did not start (${screen})\n${driver.output}`, { cause: error });
    }
  }

  /** What the app has written to its streams so far. */
  get log(): string {
    return this.driver.output;
  }

  /** The process above the app's own: the driver that started it. */
  get pid(): number {
    return this.driver.pid;
  }

  /** Takes a picture of the real window, as the display shows it, into `tests/e2e/output`; resolves with its path. */
  screenshot(name: string): Promise<string> {
    return picture(this.display.display, name);
  }

  /** Closes the window, waits until the app has ended by itself, then ends what is left. The home folder stays if the test owns it. */
  async quit(): Promise<void> {
    if (this.driver.isRunning) {
      await this.browser.closeWindow().catch(() => undefined);
      // What the app does last, it does after its window is gone.
      await until("the end of the app", () => appProcesses(this.pid).length === 0 || undefined);
    }
    await this.kill();
    if (this.ownsHome) this.home.remove();
  }

  /** Ends the app at once (SIGKILL), as a power cut does. */
  async kill(): Promise<void> {
    await this.driver.stop();
    this.display.process.kill();
  }

  /** Leaves a picture and the log of a failed test behind. */
  async leaveTraces(test: string): Promise<void> {
    const name = `failed-${test.replaceAll(/[^a-z0-9]+/gi, "-").toLowerCase()}`;
    mkdirSync(output, { recursive: true });
    writeFileSync(join(output, `${name}.log`), this.log);
    await this.screenshot(name).catch((error: unknown) => console.error(`no picture: ${String(error)}`));
  }
}

async function picture(display: string, name: string): Promise<string> {
  mkdirSync(output, { recursive: true });
  const path = join(output, `${name}.png`);
  await run("import", ["-display", display, "-silent", "-window", "root", path]);
  return path;
}

function answers(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(undefined));
    socket.once("connect", () => socket.destroy());
  });
}
