import { expect, it } from "vitest";
import { changeOf } from "./change";

it("what differs is sent, and what is gone is null", () => {
  expect(changeOf({ a: 1, b: [1], c: { d: 1 } }, { a: 1, b: [1, 2] })).toEqual({ b: [1, 2], c: null });
  expect(changeOf({ a: { b: 1 } }, { a: { b: 1 } })).toEqual({});
});
