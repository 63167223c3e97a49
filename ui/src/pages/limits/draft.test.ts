import { expect, it } from "vitest";
import { draftOf } from "./draft";

it("of a form its limits are asked, and nothing else that it has", () => {
  expect(
    draftOf(
      { model_name: "m", provider: "" },
      { id: "x", rate_limit: { id: "r", request_max_limit: 5, request_reset_duration: "1m" }, budget: null },
    ),
  ).toEqual({ model_name: "m", rate_limit: { request_max_limit: 5, request_reset_duration: "1m" }, budget: {} });
  expect(
    draftOf({ team_id: "t" }, { budgets: [{ max_limit: 5, reset_duration: "1d", calendar_aligned: true }] }),
  ).toEqual({
    team_id: "t",
    rate_limit: {},
    budget: { max_limit: 5, reset_duration: "1d", calendar_aligned: true },
  });
});

it("without a limit there is nothing to ask", () => {
  expect(draftOf({ team_id: "t" }, { rate_limit: { request_max_limit: 0 } })).toBeUndefined();
});
