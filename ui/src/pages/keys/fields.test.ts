import { expect, it } from "vitest";
import { bodyOf, draftOf } from "./fields";

it("a new key is sent with what was filled in", () => {
  expect(bodyOf({ ...draftOf({}), name: " web ", budget: "10", providers: "openai, anthropic" })).toEqual({
    name: "web",
    is_active: true,
    budget: { max_limit: 10, reset_duration: "1M" },
    provider_configs: [{ provider: "openai" }, { provider: "anthropic" }],
  });
});

it("of a key that there is, only what differs is sent, and what is emptied is removed", () => {
  const key = {
    name: "web",
    budget: { max_limit: 10, reset_duration: "1d" },
    rate_limit: { request_max_limit: 5, request_reset_duration: "1m" },
    provider_configs: [{ provider: "openai", allowed_models: ["m"] }],
  };
  expect(bodyOf(draftOf(key), key)).toEqual({});
  expect(bodyOf({ ...draftOf(key), budget: "", providers: "openai, mock" }, key)).toEqual({
    budget: null,
    provider_configs: [{ provider: "openai", allowed_models: ["m"] }, { provider: "mock" }],
  });
});
