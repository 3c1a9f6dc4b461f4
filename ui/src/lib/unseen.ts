// Characters that are not seen but change how others are: controls, changes of writing direction, and what
// has no width. A topic or payload that has them must not be able to disguise itself.

/** C0 and C1 controls and the DEL between them. */
export const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code < 0xa0);

const ranges: readonly (readonly [number, number])[] = [
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];

/** Marks of direction, separators of lines, and characters without width except joiners, which scripts need. */
export const isUnseen = (code: number): boolean =>
  code >= 0xad && (code === 0xad || ranges.some(([from, to]) => code >= from && code <= to));

/** How such a character is written so that it is seen. */
export function written(code: number): string {
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "\u2421" : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
