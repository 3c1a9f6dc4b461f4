// What Linux says of the app's processes: the program itself and WebKit's, which draw the page and fetch it.
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";

/** Ticks per second of /proc; 100 on every Linux that Treetop runs on. */
const TICKS = 100;
const OURS = /^(treetop|WebKitWebProces|WebKitNetworkPr|WebKitGPUProces)/;

/** The machine, in one line. */
export function machine(): string {
  return `machine: ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}`;
}

interface Process {
  pid: number;
  parent: number;
  name: string;
  /** Processor time used so far in seconds, user and system. */
  cpu: number;
  /** Seconds since the machine started. */
  began: number;
}

function process(pid: number): Process | undefined {
  const stat = text(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in brackets may hold spaces and brackets; the fields after it don't.
  const close = stat.lastIndexOf(")");
  const fields = stat.slice(close + 2).split(" ");
  const ticks = (at: number) => Number(fields[at]) / TICKS;
  return {
    pid,
    parent: Number(fields[1]),
    name: stat.slice(stat.indexOf("(") + 1, close),
    cpu: ticks(11) + ticks(12),
    began: ticks(19),
  };
}

/** The app's processes among what a process has started, itself excluded. */
export function appProcesses(root: number): Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => process(Number(name)))
    .filter((one) => one !== undefined);
  const family = new Set([root]);
  for (let grown = true; grown;) {
    const before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
    grown = family.size > before;
  }
  return all.filter(({ pid, name }) => family.has(pid) && OURS.test(name));
}

/** Memory of all the app's processes in megabytes; what they share is counted once (PSS). */
export function memory(root: number): number {
  return appProcesses(root).reduce((sum, { pid }) => {
    const rollup = text(`/proc/${pid}/smaps_rollup`) ?? "";
    return sum + (Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024) / 1e6;
  }, 0);
}

/** Processor time of all the app's processes in seconds. */
export function cpu(root: number): number {
  return appProcesses(root).reduce((sum, one) => sum + one.cpu, 0);
}

/** When the program began, in milliseconds of the epoch, as exact as /proc tells (10 ms). */
export function began(root: number): number {
  const program = appProcesses(root).find(({ name }) => name === "treetop");
  const uptime = Number(text("/proc/uptime")?.split(" ")[0]);
  if (!program || Number.isNaN(uptime)) throw new Error("the app does not run");
  return Date.now() - (uptime - program.began) * 1000;
}

/** Watches the memory until it is told to stop; answers with the most there was, in megabytes. */
export function watchMemory(root: number): () => number {
  let most = memory(root);
  const timer = setInterval(() => (most = Math.max(most, memory(root))), 250);
  return () => {
    clearInterval(timer);
    return Math.max(most, memory(root));
  };
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process has ended in this moment.
    return undefined;
  }
}
