// Numbers, sizes and times as text. Everything here is a pure function of its values, the locale and
// the unit words; the present moment is always passed in. Times are milliseconds since 1970.

export interface UnitWords {
  day: string;
  hour: string;
  minute: string;
  second: string;
  /** Between a number and its unit word. */
  join: string;
  justNow: string;
  ago: (age: string) => string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const byteUnits = ["B", "kB", "MB", "GB", "TB"] as const;

export class Formats {
  readonly #words: UnitWords;
  readonly #whole: Intl.NumberFormat;
  readonly #three: Intl.NumberFormat;
  readonly #tenths: Intl.NumberFormat;
  readonly #fixed: Intl.NumberFormat[];
  readonly #clock: Intl.DateTimeFormat;
  readonly #minutes: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #dayYear: Intl.DateTimeFormat;
  readonly #weekday: Intl.DateTimeFormat;

  /** `locale` has to be valid (see `localeFor`); `timeZone` is the system's unless a test says otherwise. */
  constructor(locale: string, words: UnitWords, timeZone?: string) {
    this.#words = words;
    this.#whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.#three = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
    this.#tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.#fixed = [0, 1, 2, 3].map(
      (places) =>
        new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places }),
    );
    const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone } as const;
    this.#clock = new Intl.DateTimeFormat("en-GB", {
      ...time,
      second: "2-digit",
      fractionalSecondDigits: 3,
    });
    this.#minutes = new Intl.DateTimeFormat("en-GB", time);
    this.#day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone });
    this.#dayYear = new Intl.DateTimeFormat(locale, {
      day: "numeric",
      month: "short",
      year: "numeric",
      timeZone,
    });
    this.#weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone });
  }

  /** 1,204,118 */
  count(value: number): string {
    return this.#whole.format(value);
  }

  /** 48,204 and, from one million, 48.1 M. For the tree only. */
  countShort(value: number): string {
    return value < 1_000_000 ? this.count(value) : `${this.#three.format(value / 1_000_000)} M`;
  }

  /** A number with a fixed count of decimals, 0 to 3. */
  fixed(value: number, places: 0 | 1 | 2 | 3): string {
    return (this.#fixed[places] as Intl.NumberFormat).format(value);
  }

  /** Messages per second: one decimal below ten, whole above. */
  rate(perSecond: number): string {
    return perSecond > 0 && perSecond < 9.95 ? this.fixed(perSecond, 1) : this.count(perSecond);
  }

  /** 99.9 %, 0.2 %: shares below one another are read by their tenths. */
  percent(share: number): string {
    return `${this.#tenths.format(share * 100)} %`;
  }

  /** 312 B, 48.2 kB, 1.04 MB: powers of 1000, three digits. */
  bytes(size: number): string {
    let value = size;
    let unit = 0;
    // 999,500 B would round to "1000 kB", so a value moves on when its rounded form does.
    while (unit < byteUnits.length - 1 && Math.abs(value) >= (unit === 0 ? 1000 : 999.5)) {
      value /= 1000;
      unit += 1;
    }
    return `${this.#three.format(value)} ${byteUnits[unit]}`;
  }

  /** 14:32:08.417 */
  time(at: number): string {
    return this.#clock.format(at);
  }

  /** 14:32 */
  timeShort(at: number): string {
    return this.#minutes.format(at);
  }

  /** 3 Mar; with the year when it is not this year's. */
  date(at: number, now: number): string {
    const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
    return (sameYear ? this.#day : this.#dayYear).format(at);
  }

  /** 9 Mar, 18:22; the time alone when it was today. */
  dateTime(at: number, now: number): string {
    const today = this.#dayYear.format(at) === this.#dayYear.format(now);
    return today ? this.timeShort(at) : `${this.date(at, now)}, ${this.timeShort(at)}`;
  }

  /** 3 Mar 2026, 18:22: says the day in full, however far it is. */
  moment(at: number): string {
    return `${this.#dayYear.format(at)}, ${this.timeShort(at)}`;
  }

  /** 42 ms, 34 s, 4 m 12 s, 12 d 4 h: the two largest units, rounded down. */
  duration(span: number): string {
    const ms = Math.max(0, span);
    if (ms < SECOND) return `${this.count(Math.floor(ms))} ms`;
    const { day, hour, minute, second } = this.#words;
    const units: [number, string][] = [
      [DAY, day],
      [HOUR, hour],
      [MINUTE, minute],
      [SECOND, second],
    ];
    const first = units.findIndex(([size]) => ms >= size);
    return units
      .slice(first, first + 2)
      .map(([size, word], i): [number, string] => [
        Math.floor((i === 0 ? ms : ms % (units[first] as [number, string])[0]) / size),
        word,
      ])
      .filter(([value], i) => i === 0 || value > 0)
      .map(([value, word]) => `${this.count(value)}${this.#words.join}${word}`)
      .join(" ");
  }

  /** The time between two messages: 1.000 s below a minute, then as a duration. */
  gap(span: number): string {
    return span < MINUTE
      ? `${this.fixed(span / SECOND, 3)}${this.#words.join}${this.#words.second}`
      : this.duration(span);
  }

  /** 41 d, 2 h, 4 s: one unit. `atLeast` adds the "+" of retained messages, whose time brokers do not send. */
  age(span: number, atLeast = false): string {
    const { day, hour, minute, second, join } = this.#words;
    const ms = Math.max(0, span);
    const [size, word] =
      ms >= DAY ? [DAY, day] : ms >= HOUR ? [HOUR, hour] : ms >= MINUTE ? [MINUTE, minute] : [SECOND, second];
    return `${this.count(Math.floor(ms / size))}${join}${word}${atLeast ? "+" : ""}`;
  }

  /** just now, 10 s ago, 2 h ago. */
  ago(span: number): string {
    return span < 2 * SECOND ? this.#words.justNow : this.#words.ago(this.age(span));
  }

  /** In a list: 2 h ago today, Mon this week, 3 Mar before. */
  since(at: number, now: number): string {
    const span = now - at;
    if (span < DAY) return this.ago(span);
    return span < 6 * DAY ? this.#weekday.format(at) : this.date(at, now);
  }
}
