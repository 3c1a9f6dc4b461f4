import { configure } from "@testing-library/svelte";

// A limit for machines under load, not a measurement.
configure({ asyncUtilTimeout: 20_000 });

// What jsdom has no layout for. Sizes come from tests that set them; observers stay silent unless told.
class SilentObserver implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver ??= SilentObserver;

globalThis.matchMedia ??= (query: string): MediaQueryList =>
  Object.assign(new EventTarget(), {
    matches: false,
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  }) as MediaQueryList;
