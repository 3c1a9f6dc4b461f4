// How the window looks: theme, density and motion. Nothing is stored here; the settings set the choices.
import { MediaQuery } from "svelte/reactivity";

export type ThemeChoice = "system" | "dark" | "light";
export type Density = "compact" | "comfortable";

export class Theme {
  choice = $state<ThemeChoice>("system");
  density = $state<Density>("compact");
  /** The setting that stops motion even where the system allows it. */
  stillness = $state(false);

  readonly #light = new MediaQuery("(prefers-color-scheme: light)", false);
  readonly #still = new MediaQuery("(prefers-reduced-motion: reduce)", false);

  /** What is drawn. System is dark unless the computer says light. */
  readonly drawn: "dark" | "light" = $derived(
    this.choice === "system" ? (this.#light.current ? "light" : "dark") : this.choice,
  );
  readonly reducedMotion: boolean = $derived(this.stillness || this.#still.current);

  /** Writes the choices to the document's root, where tokens.css reads them, and follows the system. */
  start(root: HTMLElement = document.documentElement): () => void {
    return $effect.root(() => {
      $effect(() => {
        root.dataset.theme = this.drawn;
      });
      $effect(() => {
        if (this.density === "comfortable") root.dataset.density = "comfortable";
        else delete root.dataset.density;
      });
      $effect(() => {
        if (this.reducedMotion) root.dataset.motion = "reduce";
        else delete root.dataset.motion;
      });
    });
  }
}

export const theme = new Theme();
