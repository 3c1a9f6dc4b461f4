import type { history as source } from "../en/history";
import type { Translation } from "../words";

export const history: Translation<typeof source> = {
  views: "기록의 부분",
  search: "검색",
  stream: "스트림",
  storage: "저장 공간",
};
