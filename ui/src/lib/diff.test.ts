import { expect, it } from "vitest";
import { differences, threeWays } from "./diff";

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

it("of two changes it tells what each has changed, and where they are at odds", () => {
  const base = { a: 1, b: 1, c: 1, d: 1 };
  expect(threeWays(base, { ...base, a: 2, b: 2, d: 3 }, { ...base, b: 3, c: 3, d: 3 })).toEqual([
    { path: "a", base: 1, theirs: 2, mine: 1, both: false },
    { path: "b", base: 1, theirs: 2, mine: 3, both: true },
    { path: "d", base: 1, theirs: 3, mine: 3, both: false },
    { path: "c", base: 1, theirs: 1, mine: 3, both: false },
  ]);
});
