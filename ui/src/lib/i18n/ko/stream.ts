import type { stream as source } from "../en/stream";
import type { Translation } from "../words";

export const stream: Translation<typeof source> = {
  title: "모든 메시지",
};
