// What every part of the invented backend needs.
import type { Commands } from "../src/lib/ipc/generated";

/** What is answered, command by command. */
export type Answers = { [K in keyof Commands]?: (args: Commands[K]["args"]) => unknown };

/** When everything began. */
export const start = Date.now();

export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
