import type { failures as en } from "../en/failures";
import type { Translation } from "../words";

const steps = {
  token: { doing: "토큰을 읽는 중", done: "토큰", name: "토큰" },
  proxy: { doing: "프록시에 요청하는 중", done: "프록시", name: "프록시" },
  resolve: { doing: "이름을 찾는 중", done: "이름 찾음", name: "이름" },
  tcp: { doing: "TCP를 여는 중", done: "TCP 열림", name: "TCP" },
  tls: { doing: "TLS를 맞추는 중", done: "TLS", name: "TLS" },
  webSocket: { doing: "WebSocket을 여는 중", done: "WebSocket 열림", name: "WebSocket" },
  connack: { doing: "브로커의 응답을 기다리는 중", done: "수락됨", name: "CONNACK" },
  suback: { doing: "구독하는 중", done: "구독됨", name: "SUBACK" },
};

const list = (names: readonly string[]) =>
  names.length > 4 ? `${names.slice(0, 3).join(", ")} 외 ${names.length - 3}개` : names.join(", ");

const tls = {
  unknownIssuer: {
    title: "알 수 없는 기관의 인증서입니다",
    means: (issuer: string) =>
      issuer === ""
        ? "브로커의 인증서가 이 연결이 신뢰하는 기관의 서명이 아닙니다."
        : `브로커의 인증서에 서명한 기관을 이 연결이 신뢰하지 않습니다: ${issuer}`,
    todo: ["TLS에서 인증 기관 파일을 고르세요.", "시험할 때만 인증서 확인을 끄세요."],
  },
  selfSigned: {
    title: "브로커가 자체 서명 인증서를 씁니다",
    means: (subject: string) =>
      subject === ""
        ? "보증하는 기관이 없고 이 연결이 신뢰하는 인증서도 아닙니다."
        : `인증서의 대상: ${subject}. 보증하는 기관이 없고 이 연결이 신뢰하는 인증서도 아닙니다.`,
    todo: ["아는 인증서라면 TLS에서 그 파일을 인증 기관으로 고르세요.", "시험할 때만 인증서 확인을 끄세요."],
  },
  expired: {
    title: "브로커의 인증서가 만료되었습니다",
    means: (at: string | null, from: string | null, age: string | null) =>
      at === null
        ? "인증서의 유효 기간이 끝났습니다."
        : from === null
          ? `인증서 만료 시각: ${at} (${age} 지남)`
          : `인증서 유효 기간: ${from}부터 ${at}까지 (만료 후 ${age} 지남)`,
    todo: ["브로커 관리자에게 갱신을 요청하세요.", "이 컴퓨터의 날짜를 확인하세요."],
  },
  notYetValid: {
    title: "브로커의 인증서가 아직 유효하지 않습니다",
    means: (at: string | null, until: string | null, wait: string | null) =>
      at === null
        ? "인증서의 유효 기간이 아직 시작되지 않았습니다."
        : until === null
          ? `인증서 유효 기간의 시작: ${at} (${wait} 후)`
          : `인증서 유효 기간: ${at}부터 ${until}까지 (${wait} 후 시작)`,
    todo: ["이 컴퓨터의 날짜와 시간을 확인하세요.", "브로커 관리자에게 문의하세요."],
  },
  nameMismatch: {
    title: "다른 이름의 인증서입니다",
    means: (asked: string, names: readonly string[]) => {
      if (asked === "") {
        return names.length === 0
          ? "이 연결의 호스트가 브로커 인증서의 이름에 없습니다."
          : `브로커 인증서에 있는 이름: ${list(names)}`;
      }
      return names.length === 0
        ? `찾은 이름: ${asked}. 브로커 인증서에는 호스트 이름이 없습니다.`
        : `찾은 이름: ${asked}. 브로커 인증서에 있는 이름: ${list(names)}`;
    },
    todo: [
      "인증서에 있는 이름을 호스트나 TLS의 서버 이름으로 쓰세요.",
      "일부러 주소로 연결한다면 호스트 이름 확인을 끄세요.",
    ],
  },
  revoked: {
    title: "브로커의 인증서가 폐기되었습니다",
    means: "인증 기관이 이 인증서를 더는 보증하지 않습니다.",
    todo: ["브로커 관리자에게 새 인증서를 요청하세요."],
  },
  badCertificate: {
    title: "브로커의 인증서를 쓸 수 없습니다",
    means: "인증서가 손상되었거나 서버용이 아닙니다.",
    todo: ["브로커 관리자에게 인증서 교체를 요청하세요."],
  },
  clientCertificateRequired: {
    title: "브로커가 클라이언트 인증서를 요구합니다",
    means: "클라이언트 인증서를 보내지 않아서 TLS가 끝났습니다.",
    todo: ["TLS에서 클라이언트 인증서와 키를 고르세요."],
  },
  clientCertificateRejected: {
    title: "브로커가 클라이언트 인증서를 받아들이지 않습니다",
    means:
      "브로커가 인증서를 확인한 뒤 TLS를 끝냈습니다. 만료되었거나 브로커가 신뢰하지 않는 기관의 인증서일 수 있습니다.",
    todo: [
      "TLS에서 고른 클라이언트 인증서가 이 브로커의 것인지 확인하세요.",
      "브로커 관리자에게 어떤 인증서를 받는지 문의하세요.",
    ],
  },
  alert: {
    title: (name: string) => `브로커가 TLS를 경고 ${name}(으)로 끝냈습니다`,
    means: "이 이름 말고는 이유를 알리지 않았습니다.",
    todo: ["이 시각의 브로커 로그를 확인하세요.", "클라이언트 인증서, 서버 이름, ALPN을 확인하세요."],
  },
  tlsExpected: {
    title: "이 포트는 TLS가 필요합니다",
    means: "연결은 TLS 없이 설정되어 있지만 상대는 TLS만 씁니다.",
    todo: [
      "mqtts를 고르세요. WebSocket이면 wss입니다.",
      "또는 TLS 없는 포트를 쓰세요. MQTT는 대개 1883입니다.",
    ],
  },
  notTls: {
    title: "이 포트는 TLS를 쓰지 않습니다",
    means: "도착한 응답이 TLS가 아닙니다.",
    todo: [
      "포트를 확인하세요. TLS를 쓰는 MQTT는 대개 8883입니다.",
      "브로커에 TLS가 없다면 TLS 없이 연결하세요.",
    ],
  },
  noCommonParameters: {
    title: "공통으로 쓸 TLS 버전이나 암호가 없습니다",
    means: "브로커가 더는 안전하지 않은 TLS 버전이나 암호만 제공합니다.",
    todo: ["브로커 관리자에게 TLS 1.2 또는 1.3을 허용해 달라고 요청하세요."],
  },
  closed: {
    title: "TLS 도중에 연결이 닫혔습니다",
    means: "TLS를 맞추기 전에 브로커나 중간의 장비가 연결을 닫았습니다.",
    todo: [
      "TLS 포트인지 확인하세요.",
      "클라이언트 인증서가 없으면 말없이 닫는 브로커도 있습니다.",
      "이 시각의 브로커 로그를 확인하세요.",
    ],
  },
  noRoots: {
    title: "이 시스템에 신뢰하는 인증서가 없습니다",
    means: "없으면 브로커가 보여 주는 인증서가 누구의 것인지 알 수 없습니다.",
    todo: [
      "TLS에서 인증 기관 파일을 고르세요.",
      "시스템 인증서를 설치하세요. 패키지 이름은 대개 ca-certificates입니다.",
    ],
  },
  unreadableCa: {
    title: "인증 기관 파일을 읽을 수 없습니다",
    means: "파일이 없거나, 읽을 권한이 없거나, PEM 또는 DER 형식의 인증서가 들어 있지 않습니다.",
    todo: ["TLS에서 파일을 다시 고르세요.", "파일을 읽을 권한을 확인하세요."],
  },
  unreadableClientCertificate: {
    title: "클라이언트 인증서를 읽을 수 없습니다",
    means: "파일이 없거나, 읽을 권한이 없거나, PEM 또는 DER 형식의 인증서가 들어 있지 않습니다.",
    todo: ["TLS에서 파일을 다시 고르세요.", "파일을 읽을 권한을 확인하세요."],
  },
  unreadableClientKey: {
    title: "클라이언트 키를 쓸 수 없습니다",
    means: "파일에 PEM 또는 DER 형식의 키(PKCS#8, PKCS#1, SEC1)가 없습니다.",
    todo: ["TLS에서 클라이언트 인증서와 짝이 맞는 키를 고르세요."],
  },
  keyMismatch: {
    title: "다른 인증서의 키입니다",
    means: "인증서와 키를 모두 읽었지만 서로 짝이 아닙니다.",
    todo: ["TLS에서 클라이언트 인증서와 짝이 맞는 키를 고르세요."],
  },
  passphraseNeeded: {
    title: "클라이언트 키의 암호문이 필요합니다",
    means: "키가 보호되어 있지만 보관된 암호문이 없습니다.",
    todo: ["TLS에서 키의 암호문을 입력하세요."],
  },
  wrongPassphrase: {
    title: "클라이언트 키의 암호문이 틀립니다",
    means: "보관된 암호문으로 키를 열 수 없습니다.",
    todo: ["TLS에서 키의 암호문을 다시 입력하세요."],
  },
  oldKeyProtection: {
    title: "클라이언트 키의 보호 방식을 지원하지 않습니다",
    means: "PKCS#8 이전의 OpenSSL처럼 더는 안전하지 않은 방식으로 보호된 키입니다.",
    todo: ["새로 보호하세요: openssl pkcs8 -topk8 -in old.key -out new.key"],
  },
  badServerName: {
    title: "인증서에 쓸 수 없는 호스트입니다",
    means: "인증서에는 호스트 이름과 주소만 들어가는데 설정한 호스트는 둘 다 아닙니다.",
    todo: ["호스트에 오타가 없는지 확인하세요."],
  },
  other: {
    title: "TLS를 맞추지 못했습니다",
    means: "브로커와 Treetop이 연결을 암호화할 방법을 찾지 못했습니다.",
    todo: ["TLS 포트인지 확인하세요.", "이 시각의 브로커 로그를 확인하세요."],
  },
};

const history = {
  well: { title: "기록 중", means: "도착하는 메시지를 보관합니다." },
  readOnly: {
    title: "읽기 전용 기록",
    means:
      "더 새로운 Treetop이 쓴 기록이거나 바꿀 수 없는 파일입니다. 새 메시지는 보이지만 보관되지 않습니다.",
  },
  diskFull: {
    title: "디스크가 가득 찼습니다",
    means: "공간이 생길 때까지 새 메시지를 보관하지 않습니다. QoS 1과 2 메시지는 브로커에서 기다립니다.",
  },
  failed: { title: "기록을 쓸 수 없습니다", means: (detail: string) => detail },
  setAside: {
    title: "손상된 기록을 따로 두었습니다",
    means: (keptAs: string) => `새 기록을 시작했습니다. 손상된 파일의 이름: ${keptAs}`,
  },
};

export const failures: Translation<typeof en> = {
  steps,
  tls,
  history,
  resolve: {
    title: "호스트 이름을 찾을 수 없습니다",
    means: (host: string) => `주소를 알 수 없는 호스트: ${host}`,
    todo: ["이름에 오타가 없는지 확인하세요.", "이름을 아는 네트워크나 VPN에 연결되어 있나요?"],
  },
  tcp: {
    title: "호스트가 연결을 받지 않습니다",
    means: (address: string) =>
      address === "" ? "연결을 열 수 없습니다." : `연결할 수 없는 주소: ${address}`,
    todo: [
      "브로커가 실행 중이고 이 포트를 열고 있나요?",
      "이 네트워크에서 닿나요? VPN이나 방화벽이 포트를 막을 수 있습니다.",
    ],
  },
  proxy: {
    unreachable: {
      title: "프록시에 연결할 수 없습니다",
      means: (address: string) => `연결하지 못한 주소: ${address}`,
      todo: ["프록시의 호스트와 포트를 확인하세요.", "프록시가 켜져 있고 이 네트워크에 있는지 확인하세요."],
    },
    notAProxy: {
      title: "이 종류의 프록시가 아닙니다",
      means: (address: string) => `다른 프로토콜로 응답한 주소: ${address}`,
      todo: ["프록시가 HTTP인지 SOCKS 5인지 확인하세요.", "프록시의 포트를 확인하세요."],
    },
    signIn: {
      title: "프록시가 로그인을 받아들이지 않습니다",
      means: (address: string) => `올바른 사용자 이름과 비밀번호가 필요한 프록시: ${address}`,
      todo: ["프록시의 사용자 이름과 비밀번호를 확인하세요."],
    },
    refusedHttp: {
      title: (status: number) => `프록시가 HTTP ${status}(으)로 거부했습니다`,
      means: (address: string) => `응답은 했지만 브로커까지 연결하지 않은 프록시: ${address}`,
      todo: [
        "브로커의 호스트와 포트를 확인하세요. 이름은 프록시가 찾습니다.",
        "443 같은 일부 포트만 허용하는 프록시가 많습니다. 프록시 관리자에게 문의하세요.",
      ],
    },
    refusedSocks: {
      title: (reply: number) => `프록시가 SOCKS 응답 ${reply}(으)로 거부했습니다`,
      means: (address: string) => `응답은 했지만 브로커까지 연결하지 않은 프록시: ${address}`,
      replies: {
        1: "프록시가 실패했습니다.",
        2: "프록시의 규칙이 이 연결을 허용하지 않습니다.",
        3: "프록시에서 브로커의 네트워크에 닿지 않습니다.",
        4: "프록시에서 브로커의 호스트에 닿지 않거나 이름을 모릅니다.",
        5: "브로커가 연결을 받아들이지 않습니다.",
        6: "브로커까지의 경로가 너무 깁니다.",
        7: "프록시가 명령을 모릅니다.",
        8: "프록시가 이 종류의 주소를 모릅니다.",
      } as Record<number, string>,
      todo: ["브로커의 호스트와 포트를 확인하세요. 이름은 프록시가 찾습니다."],
    },
    closed: {
      title: "프록시가 연결을 닫았습니다",
      means: (address: string) => `응답하기 전에 연결을 닫은 프록시: ${address}`,
      todo: ["프록시가 HTTP인지 SOCKS 5인지 확인하세요.", "이 시각의 프록시 로그를 확인하세요."],
    },
  },
  token: {
    unreadableFile: {
      title: "토큰 파일을 읽을 수 없습니다",
      means: (path: string) => `파일이 없거나 읽을 권한이 없습니다: ${path}`,
      todo: ["로그인에서 파일을 다시 고르세요."],
    },
    badCommand: {
      title: "토큰 명령을 이해할 수 없습니다",
      means: "따옴표가 닫히지 않았거나 명령이 없습니다.",
      todo: ["로그인에서 명령을 확인하세요."],
    },
    noSuchCommand: {
      title: "토큰 명령을 시작할 수 없습니다",
      means: (program: string) => `프로그램이 없거나 실행할 권한이 없습니다: ${program}`,
      todo: ["로그인에서 명령을 확인하세요. 프로그램의 전체 경로를 쓰면 확실합니다."],
    },
    commandFailed: {
      title: "토큰 명령이 실패했습니다",
      means: (code: number | null) =>
        code === null ? "명령이 도중에 끝났습니다." : `명령의 종료 코드: ${code}`,
      todo: ["터미널에서 명령을 실행해 이유를 확인하세요."],
    },
    commandTimeout: {
      title: "토큰 명령이 끝나지 않습니다",
      means: "30초 안에 토큰을 출력하지 않았습니다.",
      todo: ["터미널에서 명령을 실행해 보세요. 입력을 기다리고 있을 수 있습니다."],
    },
    notText: {
      title: "토큰이 텍스트가 아닙니다",
      means: "읽은 내용이 UTF-8이 아닙니다.",
      todo: ["로그인에서 토큰을 얻는 곳을 확인하세요."],
    },
    empty: {
      title: "토큰이 비어 있습니다",
      means: "공백 말고는 내용이 없습니다.",
      todo: ["로그인에서 토큰을 얻는 곳을 확인하세요."],
    },
    tooLong: {
      title: "토큰이 너무 깁니다",
      means: (bytes: string) => `${bytes}바이트입니다. CONNECT는 65,535바이트까지 보냅니다.`,
      todo: ["로그인에서 토큰을 얻는 곳을 확인하세요."],
    },
    expired: {
      title: "토큰이 만료되었습니다",
      means: (at: string, age: string) =>
        `토큰의 만료 시각: ${at} (${age} 지남). 연결을 시도하지 않았습니다.`,
      todo: ["새 토큰을 받으세요.", "이 컴퓨터의 날짜와 시간을 확인하세요."],
    },
    notYetValid: {
      title: "토큰이 아직 유효하지 않습니다",
      means: (at: string) => `토큰 유효 기간의 시작: ${at}. 연결을 시도하지 않았습니다.`,
      todo: ["이 컴퓨터의 날짜와 시간을 확인하세요."],
    },
  },
  webSocket: {
    closed: {
      title: "WebSocket을 열지 못했습니다",
      means: "웹 서버가 mqtt 프로토콜의 WebSocket으로 전환하지 않았습니다.",
      todo: ["경로를 확인하세요. /mqtt 또는 /ws를 쓰는 브로커가 많습니다.", "WebSocket 포트인지 확인하세요."],
    },
    refused: {
      title: (status: number) => `WebSocket이 거부되었습니다 (HTTP ${status})`,
      means: "웹 서버가 응답하지만 WebSocket으로 전환하지 않았습니다.",
      todo: ["경로를 확인하세요. /mqtt 또는 /ws를 쓰는 브로커가 많습니다.", "WebSocket 포트인지 확인하세요."],
    },
    missing: {
      title: "이 경로에 WebSocket이 없습니다",
      means: "웹 서버가 HTTP 404로 응답합니다. 이 경로에 아무것도 없습니다.",
      todo: ["경로를 확인하세요. /mqtt 또는 /ws를 쓰는 브로커가 많습니다."],
    },
  },
  timeout: {
    token: {
      title: "토큰을 읽는 데 너무 오래 걸립니다",
      means: "제시간에 토큰을 얻지 못했습니다.",
      todo: ["로그인에서 토큰을 얻는 곳을 확인하세요."],
    },
    proxy: {
      title: "프록시가 응답하지 않습니다",
      means: "프록시가 제시간에 브로커까지 연결하지 못했습니다.",
      todo: ["프록시의 호스트와 포트를 확인하세요.", "브로커의 호스트가 켜져 있는지 확인하세요."],
    },
    resolve: {
      title: "이름을 찾는 데 너무 오래 걸립니다",
      means: "제때 호스트 이름에 대한 응답이 없습니다.",
      todo: ["이 컴퓨터가 네트워크에 연결되어 있나요?"],
    },
    tcp: {
      title: "호스트 응답 없음",
      means: "호스트가 제때 응답하지 않았습니다.",
      todo: ["호스트가 켜져 있나요?", "이 네트워크에서 닿나요? VPN이나 방화벽이 포트를 막을 수 있습니다."],
    },
    tls: {
      title: "TLS 응답 없음",
      means: "포트는 열려 있지만 TLS가 제때 끝나지 않았습니다.",
      todo: ["TLS 포트인지 확인하세요."],
    },
    webSocket: {
      title: "WebSocket 응답 없음",
      means: "포트는 열려 있지만 웹 서버가 제때 응답하지 않았습니다.",
      todo: ["WebSocket 포트인지 확인하세요."],
    },
    connack: {
      title: "브로커가 응답하지 않습니다",
      means: "포트는 열려 있지만 제때 MQTT 응답이 없습니다.",
      todo: ["포트가 MQTT 브로커의 것인지 확인하세요.", "TLS 포트는 TLS 없이는 응답하지 않습니다."],
    },
    suback: {
      title: "구독에 대한 응답 없음",
      means: "브로커가 연결을 수락했지만 제때 구독에 응답하지 않았습니다.",
      todo: ["이 시각의 브로커 로그를 확인하세요."],
    },
  },
  unanswered: {
    title: "브로커가 응답하기 전에 연결이 닫혔습니다",
    means: "상대가 MQTT 5의 인사를 보고 연결을 닫았습니다.",
    todo: [
      "TLS 포트는 TLS를 쓰지 않으면 연결을 닫습니다. mqtts를 고르세요.",
      "호스트와 포트가 MQTT 브로커의 것인지 확인하세요.",
      "MQTT 3만 쓰는 브로커는 업데이트해야 합니다.",
    ],
  },
  lost: {
    title: "연결이 끊겼습니다",
    means: "네트워크나 브로커가 아무 말 없이 연결을 닫았습니다.",
    todo: ["네트워크를 확인하세요.", "패킷을 받아들이지 않을 때 말없이 닫는 브로커도 있습니다."],
  },
  protocol: {
    title: "MQTT 5 응답이 아닙니다",
    means: "도착한 데이터를 MQTT 5로 읽을 수 없습니다.",
    todo: [
      "호스트와 포트가 MQTT 브로커의 것인지 확인하세요.",
      "MQTT 3만 지원하는 브로커는 업데이트해야 합니다.",
      "TLS 포트에 TLS 없이 연결하면 이렇게 응답합니다.",
    ],
  },
};
