import { i18n } from "$lib/i18n";
import type { Preview } from "$lib/ipc/generated";
import { charactersOf, written } from "$lib/unseen";

/**
 * Control characters as their pictures (U+2400), so that a payload stays on its one line and can be seen, and
 * whatever else nobody sees written out, so that it cannot disguise itself.
 */
export function visible(text: string): string {
  return charactersOf(text)
    .map(({ text, code, unseen }) => (unseen ? written(code) : text))
    .join("");
}

/** A payload on one line, in the words of the window where it is no text. */
export function previewText(preview: Preview): string {
  const { m, f } = i18n;
  switch (preview.kind) {
    case "image":
      return m.explore.previewImage({ format: preview.format, size: f.bytes(preview.size) });
    case "sparkplug":
      // Too long a payload to count its metrics for one line.
      return preview.metrics === null
        ? "Sparkplug B"
        : m.explore.previewSparkplug({ count: preview.metrics });
    case "binary":
      return m.explore.previewBinary({ size: f.bytes(preview.size), hex: preview.hex });
    case "empty":
      return m.explore.formatEmpty;
    default:
      return visible(preview.text);
  }
}
