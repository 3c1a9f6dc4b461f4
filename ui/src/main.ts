import "./styles/index.css";
import { mount } from "svelte";
import { i18n } from "$lib/i18n";
import { theme } from "$lib/theme.svelte";
import App from "./shell/App.svelte";

i18n.start();
theme.start();
mount(App, { target: document.body });
