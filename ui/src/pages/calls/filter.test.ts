import { describe, expect, it } from "vitest";
import type { LogRow } from "@/api/operations";
import {
  chosen,
  cleared,
  excluded,
  filterCount,
  filterOf,
  liveFilterOf,
  matches,
  metadataOf,
  toggled,
  withMetadata,
} from "./filter";

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
  it("asks for what callers gave along", () => {
    const search = { ...withMetadata("prompt", "greeting"), models: "a", from: "2026-01-01T00:00:00Z" };
    expect(filterOf(search)).toMatchObject({ metadata_prompt: "greeting", models: ["a"] });
    expect(metadataOf(search)).toEqual([["prompt", "greeting"]]);
    expect(filterCount(search)).toBe(2);
    expect(liveFilterOf(search)).toBeNull();
    expect(cleared(search)).toMatchObject({ metadata_prompt: "", models: "" });
    expect(metadataOf(withMetadata("prompt", ""))).toEqual([]);
  });
  it("looks for a call by its id at any time", () => {
    expect(filterOf({ request_id: "x" })).toEqual({ request_id: "x" });
  });
  it("is left to the server for what comes live, where the server knows it", () => {
    expect(liveFilterOf({ status: "error", models: "a,b" })).toEqual({ status: ["error"], models: ["a", "b"] });
    expect(liveFilterOf({ content_search: "x" })).toBeNull();
  });
  it("holds for calls that come live for others", () => {
    const row = { model: "a", status: "success" } as LogRow;
    expect(matches(row, {})).toBe(true);
    expect(matches(row, { models: ["a", "b"], status: ["success"] })).toBe(true);
    expect(matches(row, { models: ["b"] })).toBe(false);
    expect(matches(row, { team_ids: ["t"] })).toBe(false);
    expect(matches({ ...row, routing_rule_id: "r" }, { routing_rule_ids: ["r"] })).toBe(true);
    expect(matches(row, { routing_rule_ids: ["r"] })).toBe(false);
  });
  it("leaves values out, beside those that it asks for", () => {
    expect(excluded({}, "models", "b")).toEqual({ models: "!b" });
    expect(excluded({ models: "a,b" }, "models", "b")).toEqual({ models: "a,!b" });
    expect(excluded({ models: "!b" }, "models", "b")).toEqual({ models: "" });
    expect(toggled({ models: "a,!b" }, "models", "b")).toEqual({ models: "a,b" });
    expect(chosen({ models: "a,!b" }, "models", "b")).toBe("out");
    const row = { model: "a", status: "success" } as LogRow;
    expect(matches(row, { models: ["!b"] })).toBe(true);
    expect(matches(row, { models: ["!a"] })).toBe(false);
    expect(matches(row, { models: ["a", "!a"] })).toBe(false);
  });
  it("asks for what has one value by its own name", () => {
    expect(filterOf({ request_id: "x", mark: "cache:hit", worker: "w", dialect: "openai", shadow: "true" })).toEqual({
      request_id: "x",
      mark: "cache:hit",
      worker: "w",
      dialect: "openai",
      shadow: "true",
    });
    expect(liveFilterOf({ retried: "false" })).toBeNull();
  });
  it("takes values in and out, and is taken away as a whole", () => {
    expect(toggled({ models: "a" }, "models", "b")).toEqual({ models: "a,b" });
    expect(toggled({ models: "a,b" }, "models", "a")).toEqual({ models: "b" });
    expect(filterCount({ ...{ models: "a", request_id: "x" }, ...cleared({}) })).toBe(0);
  });
});
