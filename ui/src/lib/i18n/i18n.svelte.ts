import { en } from "./en";
import { Formats } from "./formats";
import { ko } from "./ko";
import { detectLanguage, localeFor, type Language } from "./locale";
import type { Translation } from "./words";

export type Messages = Translation<typeof en>;

const catalogues: Record<Language, Messages> = { en, ko };

/**
 * The language of the window. `i18n.m` holds the messages and `i18n.f` the formats; both follow a change
 * of language at once wherever they are read in markup, a `$derived` or an `$effect`.
 */
export class I18n {
  #preferred: readonly string[];
  /** What the settings say; "system" follows the computer. */
  choice = $state<Language | "system">("system");
  readonly language: Language = $derived.by(() =>
    this.choice === "system" ? detectLanguage(this.#preferred) : this.choice,
  );
  readonly locale = $derived.by(() => localeFor(this.language, this.#preferred));
  readonly m: Messages = $derived(catalogues[this.language]);
  readonly f: Formats = $derived(new Formats(this.locale, this.m.units));

  constructor(preferred: readonly string[]) {
    this.#preferred = preferred;
  }

  /** Keeps the language of the document in step, which screen readers and hyphenation rely on. */
  start(root: HTMLElement = document.documentElement): () => void {
    return $effect.root(() => {
      $effect(() => {
        root.lang = this.language;
      });
    });
  }
}
