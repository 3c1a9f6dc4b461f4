import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [svelte(), svelteTesting()],
  resolve: { alias: { $lib: here("src/lib"), $features: here("src/features") } },
  clearScreen: false,
  server: { port: 5174, strictPort: true, host: "127.0.0.1" },
  build: {
    outDir: here("dist"),
    emptyOutDir: true,
    target: "es2022",
    // The content security policy allows files of the application only, no data: addresses.
    assetsInlineLimit: 0,
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: [here("src/test/setup.ts")],
    restoreMocks: true,
    testTimeout: 60_000,
  },
});
