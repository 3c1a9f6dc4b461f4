import type { UnitWords } from "../formats";

export const units = {
  day: "d",
  hour: "h",
  minute: "m",
  second: "s",
  join: " ",
  justNow: "just now",
  ago: (age: string) => `${age} ago`,
} satisfies UnitWords;
