import { i18n } from "$lib/i18n";
import { call } from "$lib/ipc/call";
import type { Settings } from "$lib/ipc/generated";
import { setZoom } from "$lib/ipc/window";
import { theme } from "$lib/theme.svelte";

const SAVE_AFTER = 400;
const ZOOM_LEAST = 80;
const ZOOM_MOST = 200;

const initial: Settings = {
  theme: "system",
  language: "system",
  panes: {},
  letterShortcuts: true,
  reduceMotion: false,
  comfortable: false,
  zoom: 100,
  lastConnection: null,
};

/** The settings of the window: read once, in effect at once, written a moment after the last change. */
export class WindowSettings {
  #now = $state.raw<Settings>(initial);
  /** Why the last change could not be kept. */
  error = $state.raw<unknown>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get now(): Settings {
    return this.#now;
  }

  async load(): Promise<void> {
    try {
      this.#now = await call("settings", {});
    } catch (error) {
      this.error = error;
    }
    this.#apply();
  }

  change(part: Partial<Settings>): void {
    this.#now = { ...this.#now, ...part };
    this.#apply(part);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SAVE_AFTER);
  }

  /** Writes what was changed now, such as before the window closes. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#timer === undefined) return;
    this.#timer = undefined;
    try {
      await call("settings_save", { settings: this.#now });
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  /** The size of a pane in px, or what it is at first. */
  pane(name: string, atFirst: number): number {
    return this.#now.panes[name] ?? atFirst;
  }

  setPane(name: string, size: number): void {
    this.change({ panes: { ...this.#now.panes, [name]: Math.round(size) } });
  }

  /** Steps of 10 %; 0 goes back to 100 %. */
  zoomBy(steps: number): void {
    const to = steps === 0 ? 100 : this.#now.zoom + steps * 10;
    this.change({ zoom: Math.max(ZOOM_LEAST, Math.min(ZOOM_MOST, to)) });
  }

  #apply(changed: Partial<Settings> = this.#now): void {
    theme.choice = this.#now.theme;
    theme.density = this.#now.comfortable ? "comfortable" : "compact";
    theme.stillness = this.#now.reduceMotion;
    i18n.choice = this.#now.language;
    // A window that cannot zoom stays at its size; the setting is kept for the next start.
    if (changed.zoom !== undefined)
      setZoom(changed.zoom / 100).catch((error: unknown) => (this.error = error));
  }
}

export const settings = new WindowSettings();
