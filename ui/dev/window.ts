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
setTimeout(() => {
  const { explore } = workspace;
  const screen = asked.get("screen");
  if (screen !== null) workspace.go(screen as Parameters<typeof workspace.go>[0]);
  const open = asked.get("open");
  if (open === "palette") workspace.palette = true;
  if (open === "settings") workspace.settingsOpen = true;
  if (open === "compare") void explore?.view?.compare();
  if (open === "find" && explore) explore.finding = true;
  if (open === "clear") void explore?.askClear();
  const filter = asked.get("filter");
  if (filter !== null)
    void explore?.tree.narrow(filter, { mode: asked.get("mode") === "regex" ? "regex" : "text" });
  if (asked.get("scope") === "both") explore?.searchPayloads();
  const packet = asked.get("packet");
  if (packet !== null)
    setTimeout(() => document.querySelectorAll<HTMLElement>(".vrow")[Number(packet)]?.click(), 600);
  void tick();
}, 900);
