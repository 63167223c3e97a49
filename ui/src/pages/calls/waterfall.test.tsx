import { expect, it } from "vitest";
import type { LogRow } from "@/api/operations";
import { stepsOf } from "./waterfall";

const row = {
  provider: "mock",
  model: "m",
  selected_key_name: "k",
  status_code: 200,
  stream: true,
  latency: 100,
  times: { queue_ms: 5, gateway_ms: 2, provider_ms: 93, first_token_ms: 40 },
} as LogRow;

it("a call of one try has its queue before it and its stream behind the first token", () => {
  expect(stepsOf(row).map(({ name, start, took }) => [name, start, took])).toEqual([
    ["Gateway", 0, 2],
    ["Queue", 2, 5],
    ["1 · mock · k", 7, 93],
    ["Stream", 40, 60],
  ]);
});

it("each try is a step, and failed ones look it", () => {
  const attempts = [
    {
      provider: "a",
      model: "m",
      key_name: "k1",
      status_code: 429,
      error_code: "rate_limited",
      started_ms: 1,
      took_ms: 10,
    },
    { provider: "b", model: "m", status_code: 200, started_ms: 30, took_ms: 70 },
  ];
  const steps = stepsOf({ ...row, stream: false, attempts } as LogRow);
  expect(steps.slice(2).map(({ note, fill }) => [note, fill])).toEqual([
    ["rate_limited", "bg-bad-fill"],
    ["200", "bg-good-fill"],
  ]);
});
