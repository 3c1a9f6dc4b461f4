// What a person does in the window, in their words: every step finds things by role and name.
import { expect } from "vitest";
import type { App } from "./app";
import { until } from "./program";

/** WebDriver's code of a modifier key. */
const CONTROL = "\uE009";

export class Window {
  constructor(readonly app: App) {}

  get browser() {
    return this.app.browser;
  }

  /** Waits for an element of a CSS selector that is shown. */
  async see(selector: string) {
    const element = this.browser.$(selector);
    await element.waitForDisplayed({ timeout: 20_000 });
    return element;
  }

  /** Waits until an element is gone. */
  async gone(selector: string): Promise<void> {
    await this.browser.$(selector).waitForDisplayed({ timeout: 20_000, reverse: true });
  }

  /** Presses the button with this name, whatever surrounds the word. */
  async press(name: string): Promise<void> {
    const xpath = `//button[normalize-space(.)="${name}" or @aria-label="${name}" or .//span[normalize-space(.)="${name}"]]`;
    const button = this.browser.$(xpath);
    await button.waitForClickable({ timeout: 20_000 });
    await button.click();
  }

  /** Replaces what stands in a field. */
  async type(selector: string, text: string): Promise<void> {
    const field = await this.see(selector);
    await field.click();
    await this.browser.keys([CONTROL, "a"]);
    await this.browser.keys(["Backspace"]);
    await field.addValue(text);
  }

  async tab(name: string): Promise<void> {
    const tab = this.browser.$(`//*[@role="tab"][normalize-space(.)="${name}"]`);
    await tab.waitForClickable({ timeout: 20_000 });
    await tab.click();
  }

  /** A row of the tree by its whole topic. */
  row(topic: string) {
    return this.see(`[role="treeitem"][data-topic="${topic}"]`);
  }

  /** Opens every branch above a topic with the arrow keys and selects it. */
  async open(topic: string): Promise<void> {
    const levels = topic.split("/");
    for (let at = 1; at <= levels.length; at += 1) {
      const row = await this.row(levels.slice(0, at).join("/"));
      // A topic that appears at this moment moves the rows below it, and the click meets its neighbour.
      await until("the row to be selected", async () => {
        await row.click();
        return (await row.getAttribute("aria-selected")) === "true" || undefined;
      });
      if (at < levels.length && (await row.getAttribute("aria-expanded")) === "false") {
        await this.browser.keys(["ArrowRight"]);
        await expect.poll(() => row.getAttribute("aria-expanded"), { timeout: 10_000 }).toBe("true");
      }
    }
  }

  /** The text of an element once it contains something. */
  async reads(selector: string, text: string): Promise<void> {
    await until(`"${text}" in ${selector}`, async () => {
      const element = this.browser.$(selector);
      const found = (await element.isExisting()) ? await element.getText() : "";
      return found.includes(text) || undefined;
    });
  }

  /** The width and height that the page draws in. */
  async size(): Promise<[number, number]> {
    return this.browser.execute(() => [window.innerWidth, window.innerHeight]) as Promise<[number, number]>;
  }
}
