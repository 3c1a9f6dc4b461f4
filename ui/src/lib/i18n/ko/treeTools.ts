import type { treeTools as source } from "../en/treeTools";
import type { Translation } from "../words";

export const treeTools: Translation<typeof source> = {
  title: "트리",
};
