// Imported before anything else. In the C locale WebKitGTK calls the language "C", which Intl refuses with an
// error; libraries that ask Intl while they are loaded would leave the window empty.

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** Gives the navigator a language that Intl knows, if it has none. */
export function mendLanguage(of: Navigator): void {
  if (isLocale(of.language)) return;
  Object.defineProperty(of, "language", { value: "en-US", configurable: true });
  Object.defineProperty(of, "languages", { value: ["en-US"], configurable: true });
}

mendLanguage(navigator);
