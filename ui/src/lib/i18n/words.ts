// What messages are made of. A message is a text or a function of named values; a catalogue groups
// messages by feature. Sentences are never put together from parts, because word order differs.

/** The shape another language must fill: texts stay texts, functions keep their named values. */
export type Translation<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer V) => string
      ? (...values: V) => string
      : Translation<T[K]>;
};

const grouped = new Intl.NumberFormat("en");

/** A whole number with its digits grouped, as it stands in a sentence. */
export const digits = (value: number): string => grouped.format(value);

/** "1 topic", "1,204 topics". Korean has one form and needs only `digits`. */
export const plural = (count: number, one: string, other: string): string =>
  `${digits(count)} ${count === 1 ? one : other}`;
