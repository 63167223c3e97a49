// How figures are written, everywhere alike. Locale: the browser's.

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const share = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

export const none = "–";

export function count(n: number | undefined): string {
  if (n === undefined) return none;
  return Math.abs(n) < 10_000 ? whole.format(n) : short.format(n);
}

export function exact(n: number): string {
  return whole.format(n);
}

/** A share of 1 as percent. */
export function percent(of1: number | undefined): string {
  return of1 === undefined || Number.isNaN(of1) ? none : share.format(of1);
}

/** Bytes, in the unit that fits. */
export function size(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  const unit = Math.min(Math.floor(Math.log2(bytes) / 10), units.length);
  return `${(bytes / 1_024 ** unit).toFixed(1)} ${units[unit - 1]}`;
}

/** Milliseconds, in the unit that fits. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return none;
  if (ms < 1) return ms === 0 ? "0 ms" : `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${ms.toFixed(0)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms < 3_600_000) return `${(ms / 60_000).toFixed(1)} min`;
  if (ms < 86_400_000) return `${(ms / 3_600_000).toFixed(1)} h`;
  return `${(ms / 86_400_000).toFixed(1)} d`;
}

/** Dollars. Small sums keep the digits that tell them apart. */
export function money(dollars: number | undefined): string {
  if (dollars === undefined) return none;
  const digits = dollars !== 0 && Math.abs(dollars) < 0.01 ? 6 : Math.abs(dollars) < 1 ? 4 : 2;
  return new Intl.NumberFormat(undefined, {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: Math.min(digits, 2),
    maximumFractionDigits: digits,
  }).format(dollars);
}

/** Nano-dollars, the unit of the ledger and of limits. */
export function nano(of: number | undefined): string {
  return money(of === undefined ? undefined : of / 1e9);
}

export function timeOfDay(at: string | number): string {
  return clock.format(new Date(at));
}

export function dateTime(at: string | number | undefined): string {
  return at ? day.format(new Date(at)) : none;
}

const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** How long before or after now a time is. */
export function ago(at: string | number | undefined, now = Date.now()): string {
  if (!at) return none;
  const seconds = (new Date(at).getTime() - now) / 1_000;
  for (const [unit, length] of spans) {
    if (Math.abs(seconds) >= length || unit === "second") return relative.format(Math.round(seconds / length), unit);
  }
  return none;
}

/** Text that is shown may hold marks that turn the line around, or steer a terminal: they are shown by name. */
export function visible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    /[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (mark) => `⟨U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}
