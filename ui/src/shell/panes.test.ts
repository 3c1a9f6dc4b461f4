import { beforeEach, expect, it, vi } from "vitest";
import { hidePane } from "./panes";

const focused = () => document.activeElement?.id;

beforeEach(() => {
  document.body.innerHTML = `
    <section data-pane="tree"><button id="row"></button></section>
    <section data-pane="message"><button id="copy"></button><button id="more"></button></section>`;
});

it("leaves the focus of a pane that is hidden to the message", async () => {
  const hide = vi.fn(() => document.querySelector('[data-pane="tree"]')?.remove());
  document.getElementById("row")?.focus();
  await hidePane("tree", hide);
  expect(hide).toHaveBeenCalledOnce();
  expect(focused()).toBe("copy");
});

it("leaves the focus alone that was elsewhere", async () => {
  document.getElementById("more")?.focus();
  await hidePane("tree", () => document.querySelector('[data-pane="tree"]')?.remove());
  expect(focused()).toBe("more");
});
