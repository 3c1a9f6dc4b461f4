// Which language to speak and which locale to format in. `navigator.language` may be anything the
// environment holds ("C" under LANG=C.UTF-8), and Intl throws on what is not a BCP 47 tag, so every tag
// is checked before it reaches Intl.

export const languages = ["en", "ko"] as const;
export type Language = (typeof languages)[number];

const fallback: Record<Language, string> = { en: "en-GB", ko: "ko-KR" };

/** The canonical form of a locale tag, or null if Intl would refuse or not know it. */
export function validLocale(tag: string | undefined): string | null {
  if (!tag) return null;
  try {
    return Intl.DateTimeFormat.supportedLocalesOf([tag])[0] ?? null;
  } catch {
    return null;
  }
}

const languageOf = (locale: string): string => new Intl.Locale(locale).language;

/** The first language we speak among the preferred tags, English if there is none. */
export function detectLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const locale = validLocale(tag);
    const known = locale && languages.find((language) => language === languageOf(locale));
    if (known) return known;
  }
  return "en";
}

/** The preferred regional form of a language ("en-IE"), or a fixed one if none is preferred. */
export function localeFor(language: Language, preferred: readonly string[]): string {
  for (const tag of preferred) {
    const locale = validLocale(tag);
    if (locale && languageOf(locale) === language) return locale;
  }
  return fallback[language];
}
