// One screen in a browser: screens.html?screen=connections&id=fleet&lang=ko&theme=light
import "../src/styles/index.css";
import { mount } from "svelte";
import { i18n } from "$lib/i18n";
import { theme } from "$lib/theme.svelte";
import ConnectionsScreen from "../src/features/connections/ConnectionsScreen.svelte";
import { composer } from "../src/features/publish/draft.svelte";
import PublishDock from "../src/features/publish/PublishDock.svelte";
import PublishScreen from "../src/features/publish/PublishScreen.svelte";
import { draft, install, status } from "./fake";

const asked = new URLSearchParams(location.search);
const screen = asked.get("screen") ?? "connections";
install(screen === "first");
i18n.choice = asked.get("lang") === "ko" ? "ko" : "en";
theme.choice = asked.get("theme") === "light" ? "light" : "dark";
i18n.start();
theme.start();

const target = document.createElement("main");
target.style.cssText = "height:calc(100vh - 64px);margin-top:40px;display:flex;min-width:0";
document.body.append(target);

const nothing = () => {};
if (screen === "publish" || screen === "dock") {
  if (!asked.has("empty")) composer("plant").fill(draft);
  if (asked.has("send")) setTimeout(() => void composer("plant").publish(), 400);
}
const shown = asked.has("offline") ? { ...status, phase: { kind: "offline" as const } } : status;
if (screen === "publish") mount(PublishScreen, { target, props: { id: "plant", status: shown } });
else if (screen === "dock") {
  target.style.width = "320px";
  mount(PublishDock, {
    target,
    props: { id: "plant", topic: null, status: shown, onclose: nothing, onopen: nothing },
  });
} else
  mount(ConnectionsScreen, {
    target,
    props: { selected: asked.get("id"), onopen: nothing, onstart: nothing },
  });
