import { expect, it } from "vitest";
import type { LogRow } from "@/api/operations";
import { sampleOf } from "./sample";

function row(text: string, truncated = false, operation = "chat"): LogRow {
  const request = { text, bytes: text.length, truncated, assembled: false };
  return { dialect: "anthropic", operation, content: { request, response: request } } as unknown as LogRow;
}

it("takes what was asked, in its dialect", () => {
  expect(sampleOf(row('{"model":"m"}'))).toEqual({ request: { model: "m" }, dialect: "anthropic", op: "chat" });
});

it.each([
  ["cut", row('{"model":"m"}', true)],
  ["no JSON", row("model")],
  ["of a kind that no guardrail looks at", row('{"model":"m"}', false, "speech")],
  ["not kept", { dialect: "openai", operation: "chat" } as unknown as LogRow],
])("takes nothing that is %s", (_, of) => {
  expect(sampleOf(of)).toBeNull();
});
