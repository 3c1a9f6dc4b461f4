import { i18n } from "$lib/i18n";
import type { Preview } from "$lib/ipc/generated";
import { isUnseen, written } from "$lib/unseen";

/**
 * Control characters as their pictures (U+2400), so that a payload stays on its one line and can be seen, and
 * changes of writing direction written out, so that it cannot disguise itself.
 */
export function visible(text: string): string {
  return [...text]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code < 0x20) return String.fromCodePoint(0x2400 + code);
      if (code === 0x7f) return "\u2421";
      if (isUnseen(code)) return written(code);
      return code >= 0x80 && code < 0xa0 ? "\ufffd" : character;
    })
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
