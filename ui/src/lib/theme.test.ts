import { flushSync } from "svelte";
import { expect, test, vi } from "vitest";
import { Theme } from "./theme.svelte";

test("the choices reach the root", () => {
  const root = document.createElement("html");
  const theme = new Theme();
  const stop = theme.start(root);
  flushSync();
  expect(root.dataset).toMatchObject({ theme: "dark" });
  theme.choice = "light";
  theme.density = "comfortable";
  theme.stillness = true;
  flushSync();
  expect(root.dataset).toMatchObject({ theme: "light", density: "comfortable", motion: "reduce" });
  theme.density = "compact";
  theme.stillness = false;
  flushSync();
  expect({ ...root.dataset }).toEqual({ theme: "light" });
  stop();
});

test("System follows the computer while it runs", () => {
  const light = Object.assign(new EventTarget(), { matches: true });
  vi.spyOn(globalThis, "matchMedia").mockImplementation((query) =>
    query.includes("light")
      ? (light as unknown as MediaQueryList)
      : ({
          ...light,
          matches: false,
          addEventListener: () => undefined,
          removeEventListener: () => undefined,
        } as unknown as MediaQueryList),
  );
  const root = document.createElement("html");
  const theme = new Theme();
  const stop = theme.start(root);
  flushSync();
  expect(root.dataset.theme).toBe("light");
  light.matches = false;
  light.dispatchEvent(new Event("change"));
  flushSync();
  expect(root.dataset.theme).toBe("dark");
  theme.choice = "light";
  flushSync();
  expect(root.dataset.theme).toBe("light");
  stop();
});
