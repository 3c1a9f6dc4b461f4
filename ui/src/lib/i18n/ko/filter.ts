import type { filter as source } from "../en/filter";
import type { Translation } from "../words";

export const filter: Translation<typeof source> = {
  topic: "토픽",
  payload: "페이로드",
  beginning: "토픽마다 최신 메시지의 처음 256바이트를 찾아봅니다.",
  wildcards: "와일드카드 +, #",
  readWildcards: "와일드카드로 읽기",
  fuzzy: "느슨하게: 글자 순서만",
  tryFuzzy: "느슨하게 찾기",
  nextHit: "다음 결과",
  previousHit: "이전 결과",
  searching: (v) => `검색 중, ${v.percent}%`,
  nothing: (v) => `일치하는 항목 없음: \`${v.text}\``,
  noValue: (v) => `일치하는 최신 메시지 없음: \`${v.text}\``,
  tooLong: (v) => `최대 ${v.most}자`,
};
