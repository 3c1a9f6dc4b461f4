// Bytes as an inspector reads them: numbers of every width, times, characters, bits. Pure.

/** A reading of the bytes at the cursor. */
export interface Reading {
  /** Its name, which is the same in every language. */
  name: string;
  value: string;
}

/** Bytes that an inspector looks at. */
export const INSPECTED = 64;

export function bytesOf(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

export const hexOf = (bytes: ArrayLike<number>) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** What stands for a byte in the column of text. */
export const printable = (byte: number) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·");

/** The class of a byte by what it is: zero, readable, all ones, or anything else. */
export function kindOf(byte: number): "zero" | "text" | "full" | "" {
  if (byte === 0) return "zero";
  if (byte >= 0x20 && byte < 0x7f) return "text";
  return byte === 0xff ? "full" : "";
}

/** IEEE 754 binary16. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function floatText(value: number, digits: number): string {
  if (!Number.isFinite(value) || value === 0) return Object.is(value, -0) ? "-0" : String(value);
  return String(Number(value.toPrecision(digits)));
}

/** Every integer and float that so many bytes hold. */
export function numbersAt(bytes: Uint8Array, little: boolean): Reading[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const readings: Reading[] = [];
  const add = (width: number, name: string, read: () => number | bigint | string) => {
    if (bytes.length >= width) readings.push({ name, value: String(read()) });
  };
  add(1, "u8", () => view.getUint8(0));
  add(1, "i8", () => view.getInt8(0));
  add(2, "u16", () => view.getUint16(0, little));
  add(2, "i16", () => view.getInt16(0, little));
  add(4, "u32", () => view.getUint32(0, little));
  add(4, "i32", () => view.getInt32(0, little));
  add(8, "u64", () => view.getBigUint64(0, little));
  add(8, "i64", () => view.getBigInt64(0, little));
  add(2, "f16", () => floatText(float16(view.getUint16(0, little)), 4));
  add(4, "f32", () => floatText(view.getFloat32(0, little), 8));
  add(8, "f64", () => floatText(view.getFloat64(0, little), 17));
  return readings;
}

const EARLIEST = Date.UTC(1990, 0);
const LATEST = Date.UTC(2100, 0);

/** The times that the bytes could be, as Unix milliseconds: those that are near enough to be meant. */
export function timesAt(bytes: Uint8Array, little: boolean): { unit: "s" | "ms" | "µs"; at: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const times: { unit: "s" | "ms" | "µs"; at: number }[] = [];
  const add = (unit: "s" | "ms" | "µs", at: number) => {
    const known = times.some((time) => time.unit === unit);
    if (!known && at >= EARLIEST && at < LATEST) times.push({ unit, at });
  };
  if (bytes.length >= 8) {
    const wide = Number(view.getBigUint64(0, little));
    add("s", wide * 1000);
    add("ms", wide);
    add("µs", wide / 1000);
  }
  if (bytes.length >= 4) add("s", view.getUint32(0, little) * 1000);
  return times;
}

/** The character that begins here in UTF-8; null where none does. */
export function characterAt(bytes: Uint8Array): { text: string; code: string } | null {
  const [first = 0] = bytes;
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (bytes.length < Math.max(1, length) || length === 0) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.slice(0, length));
    const code = `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    // Control characters, and those that turn the direction of text, are named and not drawn.
    return { text: /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text) ? "" : text, code };
  } catch {
    return null;
  }
}

export const bitsOf = (byte: number) => byte.toString(2).padStart(8, "0").replace(/^.{4}/, "$& ");

/** Where the cursor goes with a key; null for a key that does not move it. */
export function movedBy(key: string, ctrl: boolean, at: number, width: number, page: number, total: number) {
  const row = at - (at % width);
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - width,
    ArrowDown: at + width,
    PageUp: at - width * page,
    PageDown: at + width * page,
    Home: ctrl ? 0 : row,
    End: ctrl ? total - 1 : row + width - 1,
  }[key];
  return to === undefined ? null : Math.max(0, Math.min(total - 1, to));
}

/** Whether a byte is in one of some ranges, which are few. */
export const within = (ranges: readonly (readonly [number, number])[], at: number) =>
  ranges.some(([from, to]) => from <= at && at < to);
