// The looks that pictures are taken in, and a window set to one of them.
import { expect } from "vitest";
import { en } from "../../../ui/src/lib/i18n/en";
import { ko } from "../../../ui/src/lib/i18n/ko";
import type { Profile } from "../../../ui/src/lib/ipc/generated";
import { launch, type Launch } from "./app";
import { Window } from "./window";

export const looks = [
  { name: "dark", theme: "dark", language: "en", size: "1280x800" },
  { name: "light", theme: "light", language: "en", size: "1280x800" },
  { name: "ko", theme: "dark", language: "ko", size: "1280x800" },
  { name: "900", theme: "light", language: "en", size: "900x600" },
] as const;

export type Look = (typeof looks)[number];

/** The words of the interface in the look's language. */
export const wordsOf = ({ language }: Look) => ({ en, ko })[language];

/** Opens the window in a look. `prepare` runs before it is drawn anew, such as to save connections. */
export async function show(
  look: Look,
  prepare?: (window: Window) => Promise<void>,
  options: Launch = {},
): Promise<Window> {
  const window = new Window(await launch({ ...options, size: look.size }));
  // There is no window manager that would fit the window into a small display.
  const [width, height] = look.size.split("x").map(Number) as [number, number];
  await window.browser.setWindowSize(width, height);
  await expect.poll(() => window.size(), { timeout: 20_000 }).toEqual([width, height]);
  const settings = await window.call("settings", {});
  const { theme, language } = look;
  await window.call("settings_save", { settings: { ...settings, theme, language } });
  await prepare?.(window);
  await window.browser.refresh();
  await expect
    .poll(() => window.browser.execute(() => document.documentElement.dataset.theme), { timeout: 20_000 })
    .toBe(theme);
  return window;
}

/** Saves a connection under a name; what is not given is as the form would fill it in. */
export async function save(
  window: Window,
  name: string,
  address: string,
  more: Partial<Profile> = {},
  password?: string,
): Promise<string> {
  const profile = { ...(await window.call("profile_from_address", { address })), ...more, name };
  await window.call("profile_save", {
    profile,
    secrets: {
      signIn: password === undefined ? { kind: "keep" } : { kind: "set", password },
      key: { kind: "keep" },
      proxy: { kind: "keep" },
    },
  });
  return profile.id;
}
