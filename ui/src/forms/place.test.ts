import { expect, it } from "vitest";
import { placeOf } from "./place";

it("a fault's place is that of the expression, and in it", () => {
  const expression = 'model == "a" &&\n  modle == "b"';
  expect(placeOf("undeclared reference to 'modle' (line 2, column 3 of the expression)", expression)).toEqual({
    line: '  modle == "b"',
    column: 3,
  });
  expect(placeOf("syntax error (line 1, column 99 of the expression)", "a &&")).toEqual({ line: "a &&", column: 5 });
});

it("a fault without a place, or of what was written since, has none", () => {
  expect(placeOf("is 5000 characters long", "a")).toBeNull();
  expect(placeOf("x (line 3, column 1 of the expression)", "a")).toBeNull();
});
