import { describe, expect, it } from "vitest";
import type { LimitUsage } from "@/api/operations";
import { forecast, periodOf } from "./forecast";

const at = (text: string) => Date.parse(text);
const budget = (of: Partial<LimitUsage>): LimitUsage => ({
  id: "vk:a:money",
  kind: "money",
  owner: "a",
  scope: "virtual_key",
  max: 100,
  used: 0,
  held: 0,
  unsettled: 0,
  remaining: 0,
  ...of,
});

describe("a period of the calendar", () => {
  it.each([
    ["day", "2026-11-27T13:00:00Z", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z"],
    ["week", "2026-11-29T23:59:59Z", "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"],
    ["week", "2026-11-30T00:00:00Z", "2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z"],
    ["month", "2026-02-15T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"],
    ["year", "2026-06-01T00:00:00Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
  ] as const)("%s of %s", (calendar, now, start, end) => {
    expect(periodOf(calendar, at(now))).toEqual({ start: at(start), end: at(end) });
  });
});

describe("a forecast", () => {
  const noon = at("2026-11-27T12:00:00Z");
  it("is what is used at the end, at this pace", () => {
    expect(forecast(budget({ calendar: "day", used: 40 }), noon)).toEqual({
      kind: "within",
      used: 80,
      end: at("2026-11-28T00:00:00Z"),
    });
  });
  it("is when it is used up, where that is before the end", () => {
    expect(forecast(budget({ calendar: "day", used: 75 }), noon)).toEqual({
      kind: "out",
      at: at("2026-11-27T16:00:00Z"),
    });
  });
  it.each([
    ["slides", { used: 40 }],
    ["is not used", { calendar: "day", used: 0 }],
    ["is used up", { calendar: "day", used: 100 }],
    ["has just begun", { calendar: "month", used: 1 }, at("2026-11-01T01:00:00Z")],
  ] as [string, Partial<LimitUsage>, number?][])("there is none of a limit that %s", (_, of, now = noon) => {
    expect(forecast(budget(of), now)).toBeNull();
  });
});
