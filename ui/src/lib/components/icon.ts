import type { Component } from "svelte";

/** An icon of @lucide/svelte, imported by itself: `import Copy from "@lucide/svelte/icons/copy"`. */
export type IconType = Component<{ class?: string }>;
