import type { recording as source } from "../en/recording";
import type { Translation } from "../words";

export const recording: Translation<typeof source> = {
  title: "녹화",
};
