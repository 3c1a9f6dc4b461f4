import type { treeTools as source } from "../en/treeTools";
import type { Translation } from "../words";

export const treeTools: Translation<typeof source> = {
  title: "트리",
  sortRate: "많이 오는 순",
  sortSize: "크기 순",
  columnRate: "메시지/초",
  columnSize: "크기",
  perSecond: (v) => `${v.count} /초`,
  bytesPerSecond: (v) => `${v.size}/초`,
  countTip: (v) => `메시지 ${v.count}개, ${v.size}; 지금 초당 ${v.rate}개, ${v.bytes}/초`,
  rowRate: (v) => `초당 메시지 ${v.rate}개`,
  busiest: "가장 바쁜 토픽과 가지",
  busiestShort: "가장 바쁨",
  topics: "토픽",
  branches: "가지",
  branchesTip: "아래의 모든 것을 포함합니다",
  by: "순위 기준",
  byMessages: "메시지/초",
  byMessagesTip: "초당 메시지 수",
  byBytes: "바이트/초",
  byBytesTip: "초당 페이로드 바이트",
  closeBusiest: "가장 바쁜 목록 닫기",
  inAll: (v) => `전체 초당 ${v.rate}개, ${v.bytes}/초`,
  covers: "최근 5~10초 기준",
  quiet: "최근 몇 초 동안 들어온 메시지가 없습니다.",
};
