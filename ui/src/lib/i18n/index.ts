import { I18n } from "./i18n.svelte";

export { Formats, type UnitWords } from "./formats";
export { I18n, type Messages } from "./i18n.svelte";
export { languages, type Language } from "./locale";

export const i18n = new I18n(navigator.languages ?? [navigator.language]);
