import { describe, expect, it } from "vitest";
import { bucketSeconds, rangeOf, rangeQuery, shifted, spanOf, usualRange, widened } from "./range";

const now = Date.parse("2026-01-02T12:00:00Z");

describe("a range", () => {
  it("is read from the URL", () => {
    expect(rangeOf({ from: "now-6h" })).toEqual({ from: "now-6h", to: "now" });
    expect(spanOf({ from: "now-6h", to: "now" }, now)).toEqual({ start: now - 21_600_000, end: now });
  });
  it.each([{ from: "yesterday" }, { from: "now", to: "now-1h" }, { from: 7 }])(
    "that is none is the usual one: %j",
    (search) => {
      expect(rangeOf(search)).toEqual(usualRange);
    },
  );
  it("is asked for with an open end while it is live", () => {
    expect(rangeQuery(usualRange, now + 3_000)).toEqual({ start_time: "2026-01-02T11:00:00.000Z" });
  });
  it("moves by its own length, and not beyond now", () => {
    const before = shifted(usualRange, -1, now);
    expect(before).toEqual({ from: "2026-01-02T10:00:00.000Z", to: "2026-01-02T11:00:00.000Z" });
    expect(widened(before, now).to).toBe("2026-01-02T11:30:00.000Z");
    expect(shifted(before, 5, now).to).toBe("2026-01-02T12:00:00.000Z");
  });
  it("has about 60 columns", () => {
    expect(bucketSeconds(spanOf(usualRange, now))).toBe(60);
    expect(bucketSeconds({ start: 0, end: 90 * 86_400_000 })).toBe(86_400);
  });
});
