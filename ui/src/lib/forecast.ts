import type { LimitUsage } from "@/api/operations";

/** Where a limit is going: what will be used at its end, or when it will be used up before. */
export type Forecast = { kind: "within"; used: number; end: number } | { kind: "out"; at: number };

/** How much of a period must be over before it says anything of the rest. */
const least = 0.02;

/**
 * Where a limit of a calendar period is going if the rest of the period is as what is over of it. Null for a limit
 * that slides, which has no end, for one that is used up, and as long as there is too little to go by.
 */
export function forecast(of: LimitUsage, now = Date.now()): Forecast | null {
  if (!of.calendar || of.used <= 0 || of.used >= of.max) return null;
  const { start, end } = periodOf(of.calendar, now);
  const over = (now - start) / (end - start);
  if (over < least) return null;
  const used = of.used / over;
  return used > of.max
    ? { kind: "out", at: start + ((now - start) * of.max) / of.used }
    : { kind: "within", used, end };
}

/** The period of the calendar that a moment is in, in UTC; weeks begin on Monday. */
export function periodOf(calendar: NonNullable<LimitUsage["calendar"]>, at: number): { start: number; end: number } {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (calendar) {
    case "day":
      return { start: Date.UTC(year, month, day), end: Date.UTC(year, month, day + 1) };
    case "week": {
      const monday = day - ((date.getUTCDay() + 6) % 7);
      return { start: Date.UTC(year, month, monday), end: Date.UTC(year, month, monday + 7) };
    }
    case "month":
      return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
    case "year":
      return { start: Date.UTC(year, 0), end: Date.UTC(year + 1, 0) };
  }
}
