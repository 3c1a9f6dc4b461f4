// Characters that nobody sees but that change how others are: controls, marks of direction, what has no width,
// and code points that are no characters. A topic or payload that has them must not be able to disguise itself.
//
// What joins or varies a character that is seen is part of it and left alone: the joiners in an emoji of a family
// and in scripts that need them, and the selectors after what they select. The backend knows the same ones for
// payloads (`engine/unseen.rs`).

type Ranges = readonly (readonly [number, number])[];

const within = (ranges: Ranges, code: number) => ranges.some(([from, to]) => code >= from && code <= to);

/** C0 and C1 controls and the DEL between them. */
const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code < 0xa0);

/** What Unicode says is to be ignored where it is not known, separators of lines, and what is no character. */
const neverSeen: Ranges = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfdd0, 0xfdef],
  [0xfe03, 0xfe0d],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];
const isNeverSeen = (code: number) =>
  isControl(code) || (code & 0xfffe) === 0xfffe || within(neverSeen, code);

/** Signs and emoji that joiners and selectors make another picture of. */
const pictures: Ranges = [
  [0xa9, 0xa9],
  [0xae, 0xae],
  [0x203c, 0x2bff],
  [0x3030, 0x3030],
  [0x303d, 0x303d],
  [0x3297, 0x3297],
  [0x3299, 0x3299],
  [0x1f000, 0x1faff],
];
/** Scripts in which a joiner says how the two beside it are written: Arabic to Myanmar, Khmer and Mongolian, and
 * what came later. */
const joining: Ranges = [
  [0x600, 0x109f],
  [0x1780, 0x18af],
  [0xa800, 0xabff],
  [0x11000, 0x11fff],
];
const ideographs: Ranges = [
  [0x3400, 0x9fff],
  [0xf900, 0xfaff],
  [0x20000, 0x3ffff],
];
const mongolian: Ranges = [[0x1820, 0x18aa]];

/** Flags of parts of a country. Only these have tags that are drawn; behind others anything could be hidden. */
const flag =
  /^\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}/u;
const FLAG_LENGTH = 14;

export interface Character {
  text: string;
  code: number;
  /** Nobody would see it as it is. */
  unseen: boolean;
}

/** The characters of a text, each with whether nobody would see it. */
export function charactersOf(text: string): Character[] {
  const found: Character[] = [];
  let before = -1;
  let flagEnds = 0;
  let at = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0x1f3f4 && flag.test(text.slice(at, at + FLAG_LENGTH))) flagEnds = at + FLAG_LENGTH;
    const next = at + character.length;
    const unseen = at >= flagEnds && isUnseen(before, code, text.codePointAt(next) ?? -1);
    found.push({ text: character, code, unseen });
    before = unseen ? -1 : code;
    at = next;
  }
  return found;
}

/** Whether a character is unseen between the one before it and the one after it; -1 where there is none, or one
 * that is unseen. */
function isUnseen(before: number, code: number, after: number): boolean {
  const of = (ranges: Ranges, near: number) => within(ranges, near) && !isNeverSeen(near);
  if (code === 0x200c || code === 0x200d) {
    const inScript = of(joining, before) && of(joining, after);
    const inPicture = code === 0x200d && (of(pictures, before) || before === 0xfe0f) && of(pictures, after);
    return !inScript && !inPicture;
  }
  if (code === 0xfe0f && after === 0x20e3)
    return !((before >= 0x30 && before <= 0x39) || before === 0x23 || before === 0x2a);
  if (code === 0xfe0e || code === 0xfe0f) return !of(pictures, before);
  if ((code >= 0xfe00 && code <= 0xfe02) || (code >= 0xe0100 && code <= 0xe01ef))
    return !of(ideographs, before);
  if (code >= 0x180b && code <= 0x180f && code !== 0x180e) return !of(mongolian, before);
  return isNeverSeen(code);
}

/** How such a character is written so that it is seen. */
export function written(code: number): string {
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "\u2421" : `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
