import { expect, it } from "vitest";
import { parsed, saidInAnswer, saidInRequest } from "./said";

it("reads the messages of each dialect's request, its system prompt first", () => {
  const requests = [
    {
      messages: [
        { role: "system", content: "be brief" },
        { role: "user", content: [{ type: "text", text: "hi" }] },
      ],
    },
    { system: "be brief", messages: [{ role: "user", content: "hi" }] },
    { systemInstruction: { parts: [{ text: "be brief" }] }, contents: [{ role: "user", parts: [{ text: "hi" }] }] },
    { instructions: "be brief", input: "hi" },
    { instructions: "be brief", input: [{ role: "user", content: "hi" }] },
  ];
  for (const body of requests) {
    expect(saidInRequest(body).messages).toEqual([
      { role: "system", text: "be brief" },
      { role: "user", text: "hi" },
    ]);
  }
});

it("reads the tools of each dialect", () => {
  const schema = { type: "object" };
  const requests = [
    { tools: [{ type: "function", function: { name: "f", description: "d", parameters: schema } }] },
    { tools: [{ name: "f", description: "d", input_schema: schema }] },
    { tools: [{ functionDeclarations: [{ name: "f", description: "d", parameters: schema }] }] },
  ];
  for (const body of requests) expect(saidInRequest(body).tools).toEqual([{ name: "f", description: "d", schema }]);
});

it("reads answers, and what tools they call", () => {
  const answers: [Record<string, unknown>, string][] = [
    [{ choices: [{ message: { role: "assistant", content: "yes" } }] }, "yes"],
    [{ role: "assistant", content: [{ type: "text", text: "yes" }] }, "yes"],
    [{ candidates: [{ content: { role: "model", parts: [{ text: "yes" }] } }] }, "yes"],
    [{ output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "yes" }] }] }, "yes"],
    [
      { choices: [{ message: { content: null, tool_calls: [{ function: { name: "f", arguments: "{}" } }] } }] },
      "f({})",
    ],
    [{ content: [{ type: "tool_use", name: "f", input: {} }] }, "f({})"],
  ];
  for (const [body, want] of answers) expect(saidInAnswer(body).messages.map((m) => m.text)).toEqual([want]);
});

it("does not fall over what is no message at all", () => {
  for (const body of [{}, { messages: 7 }, { messages: [null, "x", { content: { a: [] } }] }, { tools: [3, {}] }]) {
    expect(() => [saidInRequest(body), saidInAnswer(body)]).not.toThrow();
  }
  for (const cut of ['{"messages": [{"ro', "[]", "null", ""]) expect(parsed(cut)).toBeNull();
});
