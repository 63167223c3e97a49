import { expect, it } from "vitest";
import { courseOf, type Sorted } from "./course";

const buckets: Sorted[] = [
  { at: 1, of: { a: 1, b: 5, c: 2 } },
  { at: 2, of: { a: 1, c: 2, d: 9 } },
];

it("puts what there is most of first, and has a value for each bucket", () => {
  expect(courseOf(buckets, 6, true)).toEqual({
    names: ["d", "b", "c", "a"],
    buckets: [
      { at: 1, values: [0, 5, 2, 1] },
      { at: 2, values: [9, 0, 2, 1] },
    ],
  });
});

it("adds up what there are no colours for", () => {
  expect(courseOf(buckets, 3, true)).toEqual({
    names: ["d", "b", null],
    buckets: [
      { at: 1, values: [0, 5, 3] },
      { at: 2, values: [9, 0, 3] },
    ],
  });
});

it("leaves it out where it cannot be added up", () => {
  expect(courseOf(buckets, 3, false).names).toEqual(["d", "b", "c"]);
  expect(courseOf([], 3, false)).toEqual({ names: [], buckets: [] });
});
