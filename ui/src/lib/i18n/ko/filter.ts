import type { filter as source } from "../en/filter";
import type { Translation } from "../words";

export const filter: Translation<typeof source> = {
  topic: "토픽",
  payload: "페이로드",
  beginning: "토픽마다 최신 메시지의 처음 256바이트를 찾아봅니다.",
  wildcards: "와일드카드 +, #",
  fuzzy: "느슨하게: 글자 순서만",
  tryFuzzy: "느슨하게 찾기",
  nextHit: "다음 결과",
  previousHit: "이전 결과",
  searching: (v) => `검색 중, ${v.percent}%`,
  nothing: (v) => `일치하는 항목 없음: \`${v.text}\``,
  noValue: (v) => `일치하는 최신 메시지 없음: \`${v.text}\``,
  tooLong: (v) => `최대 ${v.most}자`,
  tooLarge: "메모리를 너무 많이 쓰는 정규식입니다",
  at: (v) => `${v.fault}, ${v.at}번째 글자`,
  faults: {
    openGroup: "“(”가 닫히지 않았습니다",
    extraClose: "“)”에 맞는 “(”가 없습니다",
    openClass: "“[”가 닫히지 않았습니다",
    nothingToRepeat: "앞에 반복할 것이 없습니다",
    badCount: "횟수가 아닙니다: {3}, {1,5}, {2,}",
    badRange: "범위가 아닙니다: 처음이 끝보다 뒤입니다",
    badEscape: "“\\” 뒤를 알 수 없습니다",
    badFlag: "“(?” 뒤를 알 수 없습니다",
    unsupported: "전후방 탐색과 역참조는 지원하지 않습니다",
    tooDeep: "그룹이 너무 깊습니다",
    other: "정규식이 아닙니다",
  },
};
