import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createRawSnippet } from "svelte";
import { i18n } from "$lib/i18n";
import type { TreeFrame } from "$lib/ipc/generated";

const asked: [string, Record<string, unknown>][] = [];
vi.mock("$lib/ipc/call", async (original) => ({
  ...(await original<object>()),
  call: (command: string, args: Record<string, unknown>) => {
    asked.push([command, args]);
    return Promise.resolve(command === "tree_filter" ? "text" : null);
  },
}));

const { TopicTree } = await import("./tree.svelte");
const { default: FilterBar } = await import("./FilterBar.svelte");
const { default: FilterHits } = await import("./FilterHits.svelte");
const { default: NoHits } = await import("./NoHits.svelte");

const children = createRawSnippet(() => ({ render: () => "<span></span>" }));
const frame = (more: Partial<TreeFrame>) =>
  ({ totalTopics: 3026, hits: null, searching: null, rows: [], first: 0, ...more }) as TreeFrame;

let trees = 0;
async function narrowed(text: string, more: Partial<TreeFrame>) {
  const tree = new TopicTree(`c${trees++}`);
  await tree.narrow(text);
  tree.frame = frame(more);
  return tree;
}

beforeEach(() => {
  i18n.choice = "en";
  asked.length = 0;
});

describe("the count of hits", () => {
  it("stands in the head of the tree and leaves the field to its text", async () => {
    const tree = await narrowed("temp", { hits: 3000 });
    const bar = render(FilterBar, { tree, field: undefined, ondown: () => {}, children });
    expect(screen.queryByRole("status")).toBeNull();
    bar.unmount();
    render(FilterHits, { tree });
    expect(screen.getByRole("status").textContent).toBe("3,000 of 3,026");
  });

  it("is the number of topics while there is no filter", async () => {
    render(FilterHits, { tree: await narrowed("", {}) });
    expect(screen.getByTestId("topic-count").textContent).toBe("3,026 topics");
    expect(screen.queryByRole("status")).toBeNull();
  });
});

describe("where nothing is hit", () => {
  it("offers to read + and # as wildcards, which says what is wrong with them", async () => {
    render(NoHits, { tree: await narrowed("plant/#/x", { hits: 0 }) });
    await fireEvent.click(screen.getByRole("button", { name: "Read as wildcards" }));
    expect(asked.at(-1)).toMatchObject(["tree_filter", { filter: { text: "plant/#/x", mode: "wildcards" } }]);
  });

  it("does not offer it for a text without them", async () => {
    render(NoHits, { tree: await narrowed("plant", { hits: 0 }) });
    expect(screen.queryByRole("button", { name: "Read as wildcards" })).toBeNull();
  });

  it("leaves it to the reason where the filter cannot be read", async () => {
    const tree = await narrowed("pl#", { hits: 0 });
    tree.narrowing.problem = { kind: "empty" } as never;
    render(NoHits, { tree });
    expect(screen.queryByText(/contains|matches/)).toBeNull();
    expect(screen.getByRole("button", { name: /Clear/ })).toBeTruthy();
  });
});
