import type { timeMachine as source } from "../en/timeMachine";
import type { Translation } from "../words";

export const timeMachine: Translation<typeof source> = {
  title: "타임머신",
};
