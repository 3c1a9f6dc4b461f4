import type { storage as source } from "../en/storage";
import type { Translation } from "../words";

export const storage: Translation<typeof source> = {
  title: "저장 공간",
};
