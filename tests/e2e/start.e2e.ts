import { expect, test } from "vitest";
import { launch } from "./support/app";

test("the window opens and is called Treetop", async () => {
  const app = await launch();
  await expect.poll(() => app.browser.getTitle(), { timeout: 30_000 }).toBe("Treetop");
  await app.screenshot("start");
});

test("the window is drawn in the C locale, whose language no library knows", async () => {
  const app = await launch({ environment: { LANG: "C.UTF-8" } });
  const text = () => app.browser.$("body").getText();
  await expect.poll(text, { timeout: 30_000 }).toContain("Connect to a broker");
});
