import { describe, expect, test } from "vitest";
import { en } from "./en";
import { Formats } from "./formats";
import { I18n } from "./i18n.svelte";
import { ko } from "./ko";
import { detectLanguage, localeFor, validLocale } from "./locale";
import { phrase } from "./phrase";

describe("locale", () => {
  test("tags that Intl refuses are not used", () => {
    expect(() => new Intl.NumberFormat("C.UTF-8")).toThrow();
    for (const tag of ["C", "C.UTF-8", "POSIX", "", "en_US.UTF-8", undefined]) {
      expect(validLocale(tag)).toBeNull();
    }
    expect(validLocale("ko-kr")).toBe("ko-KR");
  });

  test("the language is the first known of those preferred", () => {
    expect(detectLanguage(["C"])).toBe("en");
    expect(detectLanguage(["fr-FR", "ko-KR", "en"])).toBe("ko");
    expect(detectLanguage([])).toBe("en");
  });

  test("the locale keeps the region of the computer when the language fits", () => {
    expect(localeFor("en", ["C", "ko-KR", "en-IE"])).toBe("en-IE");
    expect(localeFor("ko", ["C"])).toBe("ko-KR");
  });

  test("a window under LANG=C opens in English", () => {
    const i18n = new I18n(["C"]);
    expect(i18n.m.shell.connected).toBe("Connected");
    expect(i18n.f.count(1_204_118)).toBe("1,204,118");
  });

  test("a change of language is live", () => {
    const i18n = new I18n(["en-GB"]);
    expect(i18n.f.duration(252_000)).toBe("4 m 12 s");
    i18n.choice = "ko";
    expect(i18n.m.common.cancel).toBe("취소");
    expect(i18n.f.duration(252_000)).toBe("4분 12초");
    i18n.choice = "system";
    expect(i18n.m.common.cancel).toBe("Cancel");
  });
});

describe("messages", () => {
  // Types say that a key is there; this says that nothing is left empty.
  function walk(a: object, b: object, path: string): void {
    expect(Object.keys(b), path).toEqual(Object.keys(a));
    for (const [key, value] of Object.entries(a)) {
      const other = (b as Record<string, unknown>)[key];
      const here = `${path}.${key}`;
      if (typeof value === "object") walk(value as object, other as object, here);
      else expect(typeof other, here).toBe(typeof value);
      // Between a number and its unit Korean has nothing.
      if (typeof other === "string" && key !== "join") expect(other.trim(), here).not.toBe("");
    }
  }
  test("Korean has the keys of English in the same order", () => walk(en, ko, "m"));

  test("counts agree with their nouns", () => {
    expect(en.retained.deleteTitle({ count: 1 })).toBe("Delete 1 retained message?");
    expect(en.retained.deleteTitle({ count: 1204 })).toBe("Delete 1,204 retained messages?");
    expect(ko.retained.deleteTitle({ count: 3 })).toBe("보존 메시지 3건을 삭제할까요?");
  });
});

describe("formats", () => {
  const f = new Formats("en-GB", en.units, "Asia/Seoul");
  const k = new Formats("ko-KR", ko.units, "Asia/Seoul");
  const at = Date.UTC(2026, 2, 12, 5, 32, 8, 417);

  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_000, "1 kB"],
    [1_100, "1.1 kB"],
    [48_213, "48.2 kB"],
    [999_499, "999 kB"],
    [999_500, "1 MB"],
    [1_040_000, "1.04 MB"],
    [214_000_000, "214 MB"],
    [5_600_000_000, "5.6 GB"],
  ])("%d bytes are %s", (size, text) => expect(f.bytes(size)).toBe(text));

  test("numbers", () => {
    expect(f.countShort(999_999)).toBe("999,999");
    expect(f.countShort(48_130_000)).toBe("48.1 M");
    expect(f.rate(1)).toBe("1.0");
    expect(f.rate(0)).toBe("0");
    expect(f.rate(9.97)).toBe("10");
    expect(f.rate(128.4)).toBe("128");
    expect(f.percent(0.9994)).toBe("99.9 %");
    expect(f.percent(0.00198)).toBe("0.2 %");
  });

  test("times are 24 h with milliseconds", () => {
    expect(f.time(at)).toBe("14:32:08.417");
    expect(k.time(at)).toBe("14:32:08.417");
    expect(f.time(Date.UTC(2026, 2, 11, 15, 0, 0, 5))).toBe("00:00:00.005");
    expect(f.timeShort(at)).toBe("14:32");
  });

  test.each([
    [42, "42 ms", "42 ms"],
    [34_000, "34 s", "34초"],
    [252_000, "4 m 12 s", "4분 12초"],
    [240_000, "4 m", "4분"],
    [3_520_000, "58 m 40 s", "58분 40초"],
    [86_400_000 * 12 + 3_600_000 * 4 + 59_000, "12 d 4 h", "12일 4시간"],
    [-5, "0 ms", "0 ms"],
  ])("%d ms last %s", (span, english, korean) => {
    expect(f.duration(span)).toBe(english);
    expect(k.duration(span)).toBe(korean);
  });

  test("ages have one unit, and a plus where the time is only a bound", () => {
    expect(f.age(41.6 * 86_400_000, true)).toBe("41 d+");
    expect(k.age(7_300_000)).toBe("2시간");
    expect(f.ago(900)).toBe("just now");
    expect(f.ago(10_000)).toBe("10 s ago");
    expect(k.ago(7_300_000)).toBe("2시간 전");
    expect(f.gap(1_000)).toBe("1.000 s");
    expect(f.gap(61_000)).toBe("1 m 1 s");
  });

  test("dates grow with their distance", () => {
    expect(f.since(at - 7_200_000, at)).toBe("2 h ago");
    expect(f.since(at - 3 * 86_400_000, at)).toBe("Mon");
    expect(f.since(at - 9 * 86_400_000, at)).toBe("3 Mar");
    expect(f.dateTime(at, at)).toBe("14:32");
    expect(f.dateTime(at - 86_400_000, at)).toBe("11 Mar, 14:32");
    expect(f.date(at - 400 * 86_400_000, at)).toContain("2025");
    expect(f.moment(at)).toBe("12 Mar 2026, 14:32");
    expect(k.moment(at)).toBe("2026년 3월 12일, 14:32");
  });
});

describe("phrase", () => {
  test("marks of the message set words apart", () => {
    expect(phrase("a **b** `c`")).toEqual([
      { kind: "plain", text: "a " },
      { kind: "bold", text: "b" },
      { kind: "plain", text: " " },
      { kind: "mono", text: "c" },
    ]);
  });

  test("marks inside a value are text", () => {
    const topic = "a/`b`/**c**";
    expect(phrase(en.explore.noTopicContains, { text: topic })).toEqual([
      { kind: "plain", text: "No topic contains " },
      { kind: "mono", text: topic },
    ]);
  });
});
