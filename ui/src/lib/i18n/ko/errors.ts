import type { errors as en } from "../en/errors";
import type { Translation } from "../words";

export const errors: Translation<typeof en> = {
  unknownConnection: "이 연결은 더 이상 없습니다.",
  notOpen: "이 연결은 열려 있지 않습니다.",
  notConnected: "연결되어 있지 않습니다. 먼저 연결한 뒤 다시 시도하세요.",
  lostBeforeConfirmed: "브로커가 확인하기 전에 연결이 끊겼습니다. 메시지가 도착했는지 알 수 없습니다.",
  unknownMessage: "이 메시지는 더 이상 기록에 없습니다.",
  profile: (count) => `연결에서 고칠 항목이 ${count}개 있습니다.`,
  address: (address) => `mqtts://user@host:8883 같은 주소가 아닙니다: ${address}`,
  tooLarge: (bytes, limit) => `브로커 한도 ${limit}, 이 메시지는 ${bytes}.`,
  noAnswer: (seconds) => `브로커가 ${seconds}초 안에 응답하지 않았습니다.`,
  connection: (title, means) => `${title}. ${means}`,
  history: (detail) => `기록을 쓸 수 없습니다: ${detail}`,
  profiles: (detail) => `저장된 연결을 쓸 수 없습니다: ${detail}`,
  secrets: (detail) => `비밀번호를 보관할 수 없습니다: ${detail}`,
  file: (path, detail) => `${path} 파일에 쓸 수 없습니다: ${detail}`,
  noSuchField: (path) => `이 토픽의 메시지에 없는 필드: ${path}`,
  demo: (detail) => `데모 브로커를 시작할 수 없습니다: ${detail}`,
  nothingToUndo: "되돌릴 것이 없습니다.",
  broken: (detail) => `Treetop 내부에 문제가 생겼습니다: ${detail}`,

  topic: {
    empty: "토픽을 입력하세요.",
    nul: "토픽에는 U+0000 문자를 쓸 수 없습니다.",
    tooLong: (bytes) => `${bytes}바이트는 너무 깁니다. 토픽은 최대 65,535바이트입니다.`,
    wildcardInName: (character) => `${character} 문자는 필터에만 쓸 수 있고 발행할 토픽에는 쓸 수 없습니다.`,
    multiLevelNotLast: "#은 마지막 단계에 혼자 있어야 합니다.",
    singleLevelNotAlone: "+는 두 슬래시 사이에 혼자 있어야 합니다.",
    badShare: "공유 필터의 형식은 $share/이름/필터입니다.",
  },
  field: {
    empty: "비워 둘 수 없습니다.",
    range: (min, max) => `${min}에서 ${max} 사이입니다.`,
    form: "여기에 쓸 수 없는 형식입니다.",
    fileMissing: (path) => `읽을 수 있는 파일이 없습니다: ${path}`,
    tooLong: (bytes) => `${bytes}바이트는 너무 깁니다.`,
  },
  payload: {
    json: (line, column) => `올바른 JSON이 아님: ${line}행 ${column}열`,
    hexDigit: (line, column) => `16진 숫자가 아님: ${line}행 ${column}열`,
    hexOdd: (line, column) => `16진 숫자가 하나 모자람: ${line}행 ${column}열`,
    base64: (line, column) => `올바른 Base64가 아님: ${line}행 ${column}열`,
    tooLarge: "MQTT 한도를 넘음: 최대 256 MB",
  },
};
