// What a property of a message may hold, so that what is wrong is said at its field before it is sent: texts
// have no U+0000 and at most 65,535 bytes in UTF-8, as binary data has (MQTT 5, 1.5.4 and 1.5.6).
import type { FieldProblem } from "$lib/ipc/generated";

const MOST_BYTES = 65_535;

/** The number of bytes of a text in UTF-8. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

export function sizeProblem(bytes: number): FieldProblem | null {
  return bytes > MOST_BYTES ? { kind: "tooLong", bytes } : null;
}

export function textProblem(text: string): FieldProblem | null {
  return text.includes("\0") ? { kind: "badCharacter", character: "\0" } : sizeProblem(bytesOf(text));
}

/** The bytes that correlation data stands for; null if it is to be hex and is not. */
export function correlationBytes({ text, hex }: { text: string; hex: boolean }): number | null {
  if (!hex) return bytesOf(text);
  const digits = text.replaceAll(/\s/g, "");
  return /^([0-9a-f]{2})*$/i.test(digits) ? digits.length / 2 : null;
}
