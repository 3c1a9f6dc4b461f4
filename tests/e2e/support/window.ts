// What a person does in the window, in their words: every step finds things by role and name.
import { expect } from "vitest";
import type { Commands } from "../../../ui/src/lib/ipc/generated";
import type { App } from "./app";
import { until } from "./program";

/** WebDriver's code of a modifier key. */
export const CONTROL = "\uE009";

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
    await button.waitForExist({ timeout: 20_000 });
    await button.scrollIntoView({ block: "nearest" });
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

  /** Types into whatever has the focus, one key after the other: held together, a doubled letter would be one. */
  async write(text: string): Promise<void> {
    const keys = this.browser.action("key");
    for (const letter of text) keys.down(letter).up(letter);
    await keys.perform();
  }

  /** Replaces what stands in the field with this label. */
  async field(label: string, text: string): Promise<void> {
    const id = await this.browser
      .$(`//label[normalize-space(.)="${label}" or starts-with(normalize-space(.), "${label} ")]`)
      .getAttribute("for");
    await this.type(`[id="${id}"]`, text);
  }

  /** Replaces what stands in a field by pasting, as is done with what nobody types. */
  async paste(selector: string, text: string): Promise<void> {
    await this.browser.execute(async (text: string) => {
      type Invoke = (command: string, args: unknown) => Promise<unknown>;
      const { invoke } = (globalThis as unknown as { __TAURI_INTERNALS__: { invoke: Invoke } })
        .__TAURI_INTERNALS__;
      await invoke("plugin:clipboard-manager|write_text", { text });
    }, text);
    await (await this.see(selector)).click();
    await this.browser.keys([CONTROL, "a"]);
    await this.browser.keys([CONTROL, "v"]);
  }

  /**
   * All that an element shows; nothing where there is none. The driver takes what may be cut and the rows of a
   * long list for hidden, so the page is asked.
   */
  async text(selector: string): Promise<string> {
    return this.browser.execute(
      (selector) => document.querySelector<HTMLElement>(selector)?.innerText ?? "",
      selector,
    );
  }

  /** Waits for a notice. The driver takes its line, which may be cut, for hidden, so the page is asked. */
  async tells(text: string): Promise<void> {
    await until(`the notice "${text}"`, async () => {
      const shown = '[data-testid="notice"]';
      const said = await this.browser.execute((at) => document.querySelector(at)?.textContent ?? "", shown);
      return said.includes(text) || undefined;
    });
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
      const path = levels.slice(0, at).join("/");
      // Only the rows in view are drawn: a branch may open its children below the edge of a low window.
      if (at > 1) {
        await until(`the row ${path}`, async () => {
          if (await this.browser.$(`[role="treeitem"][data-topic="${path}"]`).isExisting()) return true;
          await this.browser.keys(["ArrowDown"]);
          return undefined;
        });
      }
      const row = await this.row(path);
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
      return (await this.text(selector)).includes(text) || undefined;
    });
  }

  /** Takes a picture once nothing is being loaded or moved any more. */
  async picture(name: string): Promise<void> {
    await this.browser.pause(350);
    await this.app.screenshot(name);
  }

  /** Asks the backend directly, to prepare what a person would have done long before. */
  async call<K extends keyof Commands>(command: K, args: Commands[K]["args"]): Promise<Commands[K]["reply"]> {
    type Invoke = (command: string, args: unknown) => Promise<unknown>;
    const reply = await this.browser.execute(
      async ({ command, args }: { command: string; args: unknown }) => {
        const { invoke } = (globalThis as unknown as { __TAURI_INTERNALS__: { invoke: Invoke } })
          .__TAURI_INTERNALS__;
        return invoke(command, args);
      },
      { command: command as string, args: args as unknown },
    );
    return reply as Commands[K]["reply"];
  }

  /** A saved connection in the list. */
  connection(name: string) {
    return this.see(`[role="option"][aria-label^="${name},"]`);
  }

  /** Connects to a saved connection and waits for its tree. */
  async connect(name: string): Promise<void> {
    await (await this.connection(name)).doubleClick();
    await this.see('[role="tab"][aria-selected="true"]');
  }

  /** The width and height that the page draws in. */
  async size(): Promise<[number, number]> {
    return this.browser.execute(() => [window.innerWidth, window.innerHeight]) as Promise<[number, number]>;
  }
}
