import "./lib/i18n/navigator";
import "./styles/index.css";
import { mount } from "svelte";
import { i18n } from "$lib/i18n";
import { settings } from "$lib/state/settings.svelte";
import { theme } from "$lib/theme.svelte";
import App from "./shell/App.svelte";

// The settings are in effect before anything is drawn, so that neither theme nor language flickers.
await settings.load();
i18n.start();
theme.start();
mount(App, { target: document.body });
