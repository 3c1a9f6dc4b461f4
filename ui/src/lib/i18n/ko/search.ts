import type { search as source } from "../en/search";
import type { Translation } from "../words";

export const search: Translation<typeof source> = {
  title: "기록 검색",
};
