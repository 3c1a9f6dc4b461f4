import { expect, test } from "vitest";
import { launch } from "./support/app";

test("the window opens and is called Treetop", async () => {
  const app = await launch();
  await expect.poll(() => app.browser.getTitle(), { timeout: 30_000 }).toBe("Treetop");
  await app.screenshot("start");
});
