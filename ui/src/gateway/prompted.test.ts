import { describe, expect, it } from "vitest";
import { filled, naming, variablesOf } from "./prompted";

const messages = [
  { role: "system", content: "You greet people at {{company}}, {{ company }}." },
  { role: "user", content: [{ type: "text", text: "{{name}} {{no name}} {name}" }] },
];

describe("prompts in the playground", () => {
  it("finds the variables of messages", () => {
    expect(variablesOf(messages)).toEqual(["company", "name"]);
    expect(variablesOf(undefined)).toEqual([]);
  });
  it("fills them in, and looks at no value again", () => {
    expect(filled(messages, { company: "{{name}}", name: "Ann" })).toEqual([
      { role: "system", content: "You greet people at {{name}}, {{name}}." },
      { role: "user", content: [{ type: "text", text: "Ann {{no name}} {name}" }] },
    ]);
    expect(filled({ temperature: 1, stop: null }, {})).toEqual({ temperature: 1, stop: null });
  });
  it("names a version, with what is said beside it", () => {
    const body = { model: "mock/mock", messages: [{ role: "user", content: "" }] };
    expect(naming(body, "greeting@3", { company: "ACME" })).toEqual({
      model: "mock/mock",
      messages: [],
      prompt: { id: "greeting", version: "3", variables: { company: "ACME" } },
    });
    expect(naming({ ...body, messages: [{ role: "user", content: "Hi" }] }, "greeting", {})).toMatchObject({
      messages: [{ role: "user", content: "Hi" }],
      prompt: { id: "greeting" },
    });
  });
});
