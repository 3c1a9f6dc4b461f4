// A display of our own where there is none, or where a test must not meet the user's.
import { existsSync } from "node:fs";
import { start } from "./process.mjs";

/**
 * Starts Xvfb on a free display number and resolves when it takes clients.
 * @param {string} size width x height in pixels
 * @returns {Promise<{display: string, process: import('node:child_process').ChildProcess}>}
 */
export function startDisplay(size) {
  // -noreset: without it the server resets when its first client leaves, and a start in between fails.
  const args = ["-displayfd", "3", "-screen", "0", `${size}x24`, "-nolisten", "tcp", "-noreset"];
  const child = start("Xvfb", args, { stdio: ["ignore", "ignore", "pipe", "pipe"] });
  return new Promise((resolve, reject) => {
    let words = "";
    let number = "";
    child.stderr.on("data", (data) => (words += data));
    child.stdio[3].on("data", (data) => {
      number += data;
      if (number.endsWith("\n")) resolve({ display: `:${number.trim()}`, process: child });
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Xvfb ended with ${code} before it was ready\n${words}`)));
  });
}

/**
 * What WebKit needs to know about this machine, as environment variables.
 * @returns {Record<string, string>}
 */
export function graphics() {
  // Without a GPU the DMA-BUF renderer costs five times the CPU of the plain one.
  const gpu = process.platform !== "linux" || existsSync("/dev/dri");
  return gpu ? {} : { WEBKIT_DISABLE_DMABUF_RENDERER: "1" };
}
