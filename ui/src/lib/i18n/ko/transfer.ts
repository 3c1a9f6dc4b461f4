import type { transfer as en } from "../en/transfer";
import { digits, type Translation } from "../words";

export const transfer: Translation<typeof en> = {
  menu: "가져오기와 내보내기",
  programs: { mqttExplorer: "MQTT Explorer", mqttx: "MQTTX", treetop: "Treetop" },
  importFrom: (v) => `${v.program}에서 가져오기`,
  importFromHere: (v) => `${v.program}에서 ${digits(v.count)}개 가져오기…`,
  importFile: "파일에서 가져오기…",
  exportAll: "연결 내보내기…",
  foundHere: (v) => `이 컴퓨터에서 연결 ${digits(v.count)}개를 찾았습니다.`,
  chooseHint: {
    mqttExplorer: "settings.json 파일을 고르세요.",
    mqttx: "MQTTX에서 내보낸 파일(JSON)이나 MQTTX.db를 고르세요.",
  },
  review: (v) => `${digits(v.count)}개 검토`,
  chooseFile: "파일 고르기…",
  chooseFileOf: (v) => `파일 고르기… (${v.program})`,

  reviewTitle: (v) => `${v.program}에서 연결 ${digits(v.count)}개 가져오기`,
  changesNothing: {
    mqttExplorer: "MQTT Explorer 설정을 읽기만 하고 바꾸지 않습니다.",
    mqttx: "MQTTX가 쓴 내용을 읽기만 하고 바꾸지 않습니다. 기록된 메시지는 그대로 둡니다.",
    treetop: "파일을 읽기만 하고 바꾸지 않습니다.",
  },
  becomeFive: "MQTT 3.1.1용 연결이며 MQTT 5로 바뀝니다.",
  passwordsToKeychain: "비밀번호는 시스템 키체인으로 옮깁니다.",
  passwordsInMemory: "키체인을 쓸 수 없어 비밀번호는 Treetop을 닫을 때까지만 보관합니다.",
  chooseAll: "모두 고르기",
  comesAlong: "함께 가져올 항목",
  already: "이미 있음",
  notesOf: (v) => `${v.name} 참고 사항`,
  chosen: (v) => `${digits(v.of)}개 중 ${digits(v.count)}개 고름`,
  importCount: (v) => `${digits(v.count)}개 가져오기`,
  imported: (v) => `연결 ${digits(v.count)}개를 가져왔습니다`,
  unreadable: (v) => `쓸 수 있는 연결이 아닌 항목 ${digits(v.count)}개: ${v.names}`,

  parts: {
    password: "비밀번호",
    path: "경로",
    authority: "CA",
    clientCertificate: "클라이언트 인증서",
    subscriptions: (v) => `구독 ${digits(v.count)}개`,
    will: "유언 메시지",
  },
  notes: {
    olderMqtt: (v) => `MQTT ${v.version}용이며 MQTT 5로 바뀝니다.`,
    embedded: {
      authority: (v) => `인증 기관 파일이 설정 안에 있습니다. 파일로 저장한 뒤 여기에서 고르세요: ${v.name}`,
      certificate: (v) =>
        `클라이언트 인증서가 설정 안에 있습니다. 파일로 저장한 뒤 여기에서 고르세요: ${v.name}`,
      key: (v) => `클라이언트 키가 설정 안에 있습니다. 파일로 저장한 뒤 여기에서 고르세요: ${v.name}`,
    },
    missing: {
      authority: (v) => `인증 기관 파일이 없습니다: ${v.path}`,
      certificate: (v) => `클라이언트 인증서 파일이 없습니다: ${v.path}`,
      key: (v) => `클라이언트 키 파일이 없습니다: ${v.path}`,
    },
    badFilter: (v) => `필터가 아니거나 두 번 있어 뺀 구독: ${v.filter}`,
    notUsable: (v) => `쓸 수 없어 기본값으로 바꾼 항목: ${v.fields}`,
    notTaken: (v) => `가져오지 않는 항목: ${v.fields}`,
    unverified: "브로커 인증서를 확인하지 않습니다.",
    runsCommand: (v) => `로그인할 때 프로그램을 실행합니다: ${v.command}`,
  },

  passphraseTitle: "암호 구문으로 잠긴 파일입니다",
  passphrase: "암호 구문",
  passphraseAgain: "암호 구문 다시",
  passphraseHint: (v) => `${v.least}자 이상. 이것 없이는 아무도 파일을 열 수 없습니다.`,
  passphraseDiffers: "암호 구문이 서로 다릅니다.",
  unseal: "열기",
  exportTitle: (v) => `연결 ${digits(v.count)}개 내보내기`,
  exportOpen:
    "누구나 읽을 수 있는 파일입니다. 비밀번호와 WebSocket 헤더 값은 넣지 않으며 인증서 파일은 그대로 둡니다.",
  exportSealed: "비밀번호까지 모두 암호화한 파일입니다. 인증서 파일은 그대로 두고 경로만 넣습니다.",
  withPasswords: "비밀번호 포함, 암호 구문으로 잠금",
  exportConfirm: "내보내기…",
  exported: (v) => `연결 ${digits(v.count)}개를 내보냈습니다: ${v.path}`,
};
