import { describe, expect, it } from "vitest";
import type { SpendRow } from "@/api/operations";
import { byOf, callsOf, queryOf } from "./query";

const row = (of: Record<string, string>) => ({ of }) as SpendRow;

describe("a report", () => {
  it("is by one or two that there are and that differ", () => {
    expect(byOf({})).toEqual(["team", "model"]);
    expect(byOf({ by: "day" })).toEqual(["day"]);
    expect(byOf({ by: "day,day,colour,key,team" })).toEqual(["day", "key"]);
    expect(byOf({ by: "<script>" })).toEqual(["team", "model"]);
  });
  it("is of the last 30 days, up to now", () => {
    const query = queryOf({ by: "team" });
    expect(query).not.toHaveProperty("end_time");
    expect(Date.now() - Date.parse(query.start_time)).toBeGreaterThan(29 * 86_400_000);
  });
});

describe("the calls of a row", () => {
  it("are found by its values", () => {
    expect(callsOf(row({ team: "t", model: "m" }), {})).toEqual({
      from: "now-30d",
      to: "now",
      team_ids: "t",
      models: "m",
    });
  });
  it("are those of its day", () => {
    const found = callsOf(row({ day: "2026-12-31" }), {});
    expect(found?.from).toBe(new Date(2026, 11, 31).toISOString());
    expect(found?.to).toBe(new Date(2027, 0, 1).toISOString());
  });
  it("are not found where it has no value", () => {
    expect(callsOf(row({ team: "", model: "m" }), {})).toBeNull();
  });
});
