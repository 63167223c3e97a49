import { expect, it } from "vitest";
import { draftOf } from "./replay";

it("a short call fills the fields, its further members the field for these", () => {
  const body = {
    model: "mock/m",
    stream: true,
    temperature: 0,
    messages: [
      { role: "system", content: "s" },
      { role: "user", content: "p" },
    ],
  };
  const draft = draftOf(JSON.stringify(body));
  expect(draft).toMatchObject({ model: "mock/m", system: "s", prompt: "p" });
  expect(JSON.parse(draft?.extra ?? "")).toEqual({ temperature: 0 });
});

it("a conversation is kept as it was", () => {
  const messages = [
    { role: "user", content: "a" },
    { role: "assistant", content: "b" },
    { role: "user", content: "c" },
  ];
  const draft = draftOf(JSON.stringify({ model: "m", messages }));
  expect(draft).toMatchObject({ system: "", prompt: "" });
  expect(JSON.parse(draft?.extra ?? "")).toEqual({ messages });
});

it("what is no such call is none", () => {
  for (const text of ["", "null", "{", '{"input": "x"}']) expect(draftOf(text)).toBeNull();
});
