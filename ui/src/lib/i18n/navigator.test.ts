import { expect, test } from "vitest";
import { mendLanguage } from "./navigator";

test("a language that Intl refuses is replaced, others stay", () => {
  const odd = { language: "C", languages: ["C"] } as unknown as Navigator;
  mendLanguage(odd);
  expect([odd.language, odd.languages]).toEqual(["en-US", ["en-US"]]);
  const korean = { language: "ko-KR", languages: ["ko-KR", "en"] } as unknown as Navigator;
  mendLanguage(korean);
  expect([korean.language, korean.languages]).toEqual(["ko-KR", ["ko-KR", "en"]]);
});
