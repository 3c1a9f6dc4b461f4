// The whole window in a browser, with a backend of invented data: window.html?lang=ko&theme=light&topic=…
// Not part of the product. Other scenes: &scene=empty (nothing received), &scene=lost, &scene=refused.
import { plant } from "./plant";

const asked = new URLSearchParams(location.search);
const backend = plant({
  theme: asked.get("theme") === "light" ? "light" : "dark",
  language: asked.get("lang") === "ko" ? "ko" : "en",
  scene: asked.get("scene") ?? "live",
});

Object.assign(window, {
  __TAURI_INTERNALS__: {
    invoke: (command: string, args: never) => backend(command, args),
    transformCallback: () => 0,
    metadata: { currentWindow: { label: "main" }, currentWebview: { label: "main", windowLabel: "main" } },
  },
});
await import("../src/main");
const { workspace } = await import("../src/shell/workspace.svelte");
const { tick } = await import("svelte");

const topic = asked.get("topic");
setTimeout(() => {
  if (topic !== null) void workspace.explore?.tree.goTo(topic);
}, 300);
setTimeout(async () => {
  const { explore } = workspace;
  const screen = asked.get("screen");
  if (screen !== null) workspace.go(screen as Parameters<typeof workspace.go>[0]);
  const open = asked.get("open");
  if (open === "palette") workspace.palette = true;
  if (open === "settings") workspace.settingsOpen = true;
  if (open === "compare") void explore?.view?.compare();
  if (open === "find" && explore) explore.finding = true;
  if (open === "whole") explore?.view?.loadWhole();
  if (open === "clear") void explore?.askClear();
  if (open === "forget")
    setTimeout(() => document.querySelectorAll<HTMLElement>(".vrow .ib")[1]?.click(), 1200);
  if (open === "time" || open === "past" || open === "changes") void explore?.time.start();
  if (open === "past" || open === "changes") void explore?.time.go(Date.now() - 4_600_000);
  if (open === "changes") void explore?.time.changes.between(Date.now() - 4_600_000, null);
  if (open === "busiest" && explore) explore.busiest.open = true;
  const sort = asked.get("sort");
  if (sort !== null) void explore?.tree.order(sort as Parameters<typeof explore.tree.order>[0]);
  const filter = asked.get("filter");
  if (filter !== null)
    void explore?.tree.narrow(filter, { mode: asked.get("mode") === "regex" ? "regex" : "text" });
  if (asked.get("scope") === "both") explore?.searchPayloads();
  // A search for this text: &search=needle&hit=2.
  const search = asked.get("search");
  if (search !== null) {
    workspace.searchHistory();
    const { searchOf } = await import("../src/features/history/search/search.svelte");
    const of = searchOf(workspace.explore?.id ?? "");
    of.text = search;
    if (asked.get("regex") !== null) of.regex = true;
    if (search !== "") void of.begin();
    const hit = asked.get("hit");
    setTimeout(() => (of.current = hit === null ? null : (of.at(Number(hit)) ?? null)), 900);
  }
  const packet = asked.get("packet");
  if (packet !== null)
    setTimeout(() => document.querySelectorAll<HTMLElement>(".vrow")[Number(packet)]?.click(), 600);
  const part = asked.get("part");
  if (part !== null)
    setTimeout(() => {
      const parts = [...document.querySelectorAll<HTMLElement>(".history [role=radio]")];
      parts.find((one) => one.textContent?.trim() === part)?.click();
    }, 200);
  const menu = asked.get("recordings");
  if (menu !== null)
    setTimeout(() => {
      document.querySelector<HTMLElement>(".stream [aria-haspopup=menu]")?.click();
      setTimeout(() => document.querySelectorAll<HTMLElement>("[role=menuitem]")[Number(menu)]?.click(), 100);
    }, 900);
  void tick();
}, 900);
