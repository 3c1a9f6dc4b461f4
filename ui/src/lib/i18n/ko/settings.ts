import type { settings as en } from "../en/settings";
import type { Translation } from "../words";

export const settings: Translation<typeof en> = {
  title: "설정",
  appearance: "모양",
  theme: "테마",
  system: "시스템",
  dark: "어둡게",
  light: "밝게",
  density: "간격",
  compact: "좁게",
  comfortable: "넓게",
  language: "언어",
  reduceMotion: "움직임 줄이기",
  singleLetters: "한 글자 단축키",
  singleLettersHint: "입력란 밖에서 P, D, F 같은 키",
  zoom: "확대",
  history: "기록",
  keepFor: "보관 기간",
  keepSize: "최대 크기",
  keepPerTopic: "토픽당",
  about: "정보",
  version: (v) => `버전 ${v.version}`,
  licences: "라이선스",
};
