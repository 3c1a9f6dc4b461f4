import type { decoders as source } from "../en/decoders";
import type { Translation } from "../words";

export const decoders: Translation<typeof source> = {
  title: "디코더",
};
