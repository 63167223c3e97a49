import { describe, expect, it } from "vitest";
import { cleared, filterCount, filterOf, liveFilterOf, toggled } from "./filter";

describe("the filter of calls", () => {
  it("goes from the URL to the admin API", () => {
    expect(
      filterOf({ status: "error", models: "a,b", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }),
    ).toEqual({
      status: ["error"],
      models: ["a", "b"],
      start_time: "2026-01-01T00:00:00.000Z",
      end_time: "2026-01-02T00:00:00.000Z",
    });
  });
  it("looks for a call by its id at any time", () => {
    expect(filterOf({ request_id: "x" })).toEqual({ request_id: "x" });
  });
  it("is left to the server for what comes live, where the server knows it", () => {
    expect(liveFilterOf({ status: "error", models: "a,b" })).toEqual({ status: ["error"], models: ["a", "b"] });
    expect(liveFilterOf({ content_search: "x" })).toBeNull();
  });
  it("takes values in and out, and is taken away as a whole", () => {
    expect(toggled({ models: "a" }, "models", "b")).toEqual({ models: "a,b" });
    expect(toggled({ models: "a,b" }, "models", "a")).toEqual({ models: "b" });
    expect(filterCount({ ...{ models: "a", request_id: "x" }, ...cleared() })).toBe(0);
  });
});
