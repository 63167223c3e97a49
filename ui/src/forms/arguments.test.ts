import { describe, expect, it } from "vitest";
import { faultsOf, formOf } from "./arguments";

const add = {
  type: "object",
  properties: {
    a: { type: "number", description: "One\u202e" },
    how: { type: "string", enum: ["up", "down"] },
    list: { type: "array", items: { type: "string" } },
  },
  required: ["a"],
};

describe("the arguments of a tool", () => {
  it("have a form where it can show all of them, with the marks of its texts written out", () => {
    expect(formOf(add)?.properties?.a?.description).toBe("One⟨U+202E⟩");
    expect(formOf(add)?.required).toEqual(["a"]);
  });
  it("have none where the schema leads elsewhere, is deep, has odd names or choices, or is no schema", () => {
    const circle = { type: "object", properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { $ref: "#/$defs/a" } } };
    let deep: object = { type: "string" };
    for (let i = 0; i < 20; i++) deep = { type: "object", properties: { a: deep } };
    const odd = { properties: { "a\u202e": { type: "string" } } };
    for (const no of [circle, deep, odd, { properties: { a: { enum: [1] } } }, {}, null, true, [], "x"])
      expect(formOf(no)).toBeNull();
  });
  it("are checked as far as the schema says plainly", () => {
    expect(faultsOf(add, { a: 1, how: "up", list: ["x"], more: 1 })).toEqual([]);
    expect(faultsOf(add, {})).toEqual([{ at: "a", kind: "missing", of: "" }]);
    expect(faultsOf(add, { a: "1", how: "left", list: ["x", 1] }).map((f) => `${f.at} ${f.kind}`)).toEqual([
      "a type",
      "how choice",
      "list[1] type",
    ]);
    expect(faultsOf(add, [])).toEqual([{ at: "", kind: "type", of: "object" }]);
    expect(faultsOf({ type: ["string", "null"] }, null)).toEqual([]);
    expect(faultsOf({ type: "integer" }, 1.5)).toHaveLength(1);
    expect(faultsOf({ properties: { constructor: { type: "string" } } }, {})).toEqual([]);
    expect(faultsOf(undefined, 1)).toEqual([]);
  });
});
