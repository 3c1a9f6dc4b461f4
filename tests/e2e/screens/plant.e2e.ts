// A picture of every screen, in both themes, both languages and both sizes, to be held beside the design.
import { test } from "vitest";
import { looks, show, wordsOf } from "../support/look";

for (const look of looks) {
  test(`every screen of the plant: ${look.name}`, async () => {
    const { name } = look;
    const { shell } = wordsOf(look);
    const window = await show(look);
    const first = window.browser.$("button.primary");
    await first.waitForClickable({ timeout: 20_000 });
    await window.app.screenshot(`first-run-${name}`);
    await first.click();
    await window.row("factory");
    // A topic that appears later would move the row that is looked at.
    await window.browser.pause(5_000);
    await window.open("factory/line-2/press-04/telemetry");
    await window.reads("main", '"force_kn"');
    // Down and up again brings the chosen row into view as a whole.
    await window.browser.keys(["ArrowDown"]);
    await window.browser.keys(["ArrowUp"]);
    await window.reads("main", '"force_kn"');
    // A few messages, so that there is a history to be seen.
    await window.browser.pause(4_000);
    await window.app.screenshot(`explore-${name}`);
    await window.browser.keys(["\uE009", "d"]);
    const field = window.browser.$('//*[@role="menuitem"][contains(., "$.force_kn")]');
    await field.waitForClickable({ timeout: 20_000 });
    await field.click();
    await window.browser.pause(1_500);
    await window.tab(shell.charts);
    await window.see('[role="img"]');
    await window.browser.pause(1_500);
    await window.app.screenshot(`charts-${name}`);
    await window.tab(shell.retained);
    await window.see('[role="row"]');
    await window.app.screenshot(`retained-${name}`);
    await window.tab(shell.publish);
    await window.see("main textarea");
    await window.app.screenshot(`publish-${name}`);
    await window.browser.keys(["\uE009", "k"]);
    await window.browser.pause(400);
    await window.app.screenshot(`palette-${name}`);
    await window.browser.keys(["Escape"]);
  });
}
