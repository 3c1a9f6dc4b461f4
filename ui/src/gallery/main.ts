// Every component in every state, for the development server only: /gallery.html?theme=light&lang=ko
import "../styles/index.css";
import "./gallery.css";
import { mount } from "svelte";
import { i18n, languages } from "$lib/i18n";
import { theme } from "$lib/theme.svelte";
import Gallery from "./Gallery.svelte";

const asked = new URLSearchParams(location.search);
theme.choice = asked.get("theme") === "light" ? "light" : "dark";
theme.density = asked.get("density") === "comfortable" ? "comfortable" : "compact";
i18n.choice = languages.find((language) => language === asked.get("lang")) ?? "en";
i18n.start();
theme.start();
mount(Gallery, { target: document.body });
