import type { units as en } from "../en/units";
import type { Translation } from "../words";

export const units: Translation<typeof en> = {
  day: "일",
  hour: "시간",
  minute: "분",
  second: "초",
  join: "",
  justNow: "방금",
  ago: (age) => `${age} 전`,
};
