// A picture of every screen, in both themes, both languages and both sizes, to be held beside the design.
import { expect, test } from "vitest";
import { launch } from "./support/app";
import { Window } from "./support/window";

const looks = [
  { name: "dark", theme: "dark", language: "en", size: "1280x800" },
  { name: "light", theme: "light", language: "en", size: "1280x800" },
  { name: "ko", theme: "dark", language: "ko", size: "1280x800" },
  { name: "900", theme: "light", language: "en", size: "900x600" },
] as const;

const tabs = {
  en: { charts: "Charts", retained: "Retained", publish: "Publish", session: "Session" },
  ko: { charts: "차트", retained: "보존", publish: "발행", session: "세션" },
} as const;

for (const { name, theme, language, size } of looks) {
  test(`every screen is drawn: ${name}`, async () => {
    const window = new Window(await launch({ size }));
    // There is no window manager that would fit the window into a small display.
    const [width, height] = size.split("x").map(Number) as [number, number];
    await window.browser.setWindowSize(width, height);
    await expect.poll(() => window.size(), { timeout: 20_000 }).toEqual([width, height]);
    await window.browser.execute(
      async (settings) => {
        type Invoke = (command: string, args: unknown) => Promise<Record<string, unknown>>;
        const { invoke } = (globalThis as unknown as { __TAURI_INTERNALS__: { invoke: Invoke } })
          .__TAURI_INTERNALS__;
        const now = await invoke("settings", {});
        await invoke("settings_save", { settings: { ...now, ...settings } });
        location.reload();
      },
      { theme, language },
    );
    await expect
      .poll(() => window.browser.execute(() => document.documentElement.dataset.theme), { timeout: 20_000 })
      .toBe(theme);
    const first = window.browser.$("button.primary");
    await first.waitForClickable({ timeout: 20_000 });
    await window.app.screenshot(`first-run-${name}`);
    await first.click();
    await window.open("factory/line-2/press-04/telemetry");
    await window.reads("main", '"force_kn"');
    await window.browser.keys(["\uE009", "d"]);
    const field = window.browser.$('//*[@role="menuitem"][contains(., "$.force_kn")]');
    await field.waitForClickable({ timeout: 20_000 });
    await field.click();
    await window.browser.pause(2_500);
    await window.app.screenshot(`explore-${name}`);
    await window.tab(tabs[language].charts);
    await window.see('[role="img"]');
    await window.browser.pause(1_500);
    await window.app.screenshot(`charts-${name}`);
    await window.tab(tabs[language].retained);
    await window.see('[role="row"]');
    await window.app.screenshot(`retained-${name}`);
    await window.tab(tabs[language].publish);
    await window.see("main textarea");
    await window.app.screenshot(`publish-${name}`);
    await window.tab(tabs[language].session);
    await window.see('[role="row"]');
    await window.app.screenshot(`session-${name}`);
    await window.browser.keys(["\uE009", "k"]);
    await window.browser.pause(400);
    await window.app.screenshot(`palette-${name}`);
    await window.browser.keys(["Escape"]);
  });
}
