import { expect, it } from "vitest";
import { differences } from "./diff";

it("differences are told by their places", () => {
  const before = { a: 1, b: { c: [1, 2] }, gone: true };
  const after = { a: 1, b: { c: [1, 3] }, made: null };
  expect(differences(before, after)).toEqual([
    { path: "b.c[1]", before: 2, after: 3 },
    { path: "made", after: null },
    { path: "gone", before: true },
  ]);
});

it("members that have a name are the same wherever they stand", () => {
  const before = { keys: [{ name: "a", weight: 1 }, { name: "b" }] };
  const after = { keys: [{ name: "b" }, { name: "a", weight: 2 }] };
  expect(differences(before, after)).toEqual([{ path: "keys[a].weight", before: 1, after: 2 }]);
});

it("what is of another kind has changed as a whole", () => {
  expect(differences({ a: [1] }, { a: { b: 1 } })).toEqual([{ path: "a", before: [1], after: { b: 1 } }]);
});
