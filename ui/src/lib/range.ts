// The range of time that pages look at. In the URL it is from=now-1h (to=now), or two absolute times.

export interface Range {
  from: string;
  to: string;
}

/** A range as two times, in milliseconds. */
export interface Span {
  start: number;
  end: number;
}

export const presets = ["15m", "1h", "6h", "24h", "7d", "30d", "90d"] as const;
export const usualRange: Range = { from: "now-1h", to: "now" };

const unit: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function instant(text: string, now: number): number {
  const match = /^now(?:-(\d+)([smhd]))?$/.exec(text);
  if (match) return now - Number(match[1] ?? 0) * (unit[match[2] ?? "s"] ?? 0);
  return Date.parse(text);
}

export function rangeOf(search: Record<string, unknown>, usual = usualRange): Range {
  const from = typeof search.from === "string" ? search.from : usual.from;
  const to = typeof search.to === "string" ? search.to : "now";
  const range = { from, to };
  const { start, end } = spanOf(range, Date.now());
  return start < end ? range : usual; // also where either is no time at all
}

export function spanOf(range: Range, now: number): Span {
  return { start: instant(range.from, now), end: instant(range.to, now) };
}

export function isLive(range: Range): boolean {
  return range.to === "now";
}

/**
 * The query of a range. Its end is left open where it is now, and its start is rounded, so
 * that the same question is asked of the cache for a while.
 */
export function rangeQuery(range: Range, now = Date.now()): { start_time: string; end_time?: string } {
  const step = 10_000;
  const { start, end } = spanOf(range, Math.floor(now / step) * step);
  const query: { start_time: string; end_time?: string } = { start_time: new Date(start).toISOString() };
  if (!isLive(range)) query.end_time = new Date(end).toISOString();
  return query;
}

/** The size of buckets, in seconds, that gives a chart of a range about 60 columns. */
export function bucketSeconds(span: Span): number {
  const wanted = (span.end - span.start) / 1_000 / 60;
  const sizes = [10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400];
  return sizes.find((size) => size >= wanted) ?? 86_400;
}

/** Moves a range by its own length: -1 to the time before. */
export function shifted(range: Range, by: number, now = Date.now()): Range {
  const { start, end } = spanOf(range, now);
  const length = end - start;
  return {
    from: new Date(start + by * length).toISOString(),
    to: new Date(Math.min(end + by * length, now)).toISOString(),
  };
}

/** Makes a range twice as long, around its middle and not beyond now. */
export function widened(range: Range, now = Date.now()): Range {
  const { start, end } = spanOf(range, now);
  const more = (end - start) / 2;
  return { from: new Date(start - more).toISOString(), to: new Date(Math.min(end + more, now)).toISOString() };
}
