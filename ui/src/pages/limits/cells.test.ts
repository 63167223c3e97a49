import { expect, it } from "vitest";
import type { LimitRefusals, RefusalsOutputBody } from "@/api/operations";
import { cellsOf, refusalBucket, refuser } from "./cells";

const limit = (of: Partial<LimitRefusals>): LimitRefusals =>
  ({ id: "team:a:money", mark: "", calls: 0, counts: [], ...of }) as LimitRefusals;

it("a range has two dozen buckets at most", () => {
  for (const hours of [0.25, 1, 6, 24, 24 * 7, 24 * 90, 24 * 800]) {
    const seconds = hours * 3_600;
    const size = refusalBucket({ start: 0, end: seconds * 1_000 });
    expect(seconds / size).toBeLessThanOrEqual(24);
    expect(size % 60).toBe(0);
  }
});

it("a limit that is gone has its id alone", () => {
  expect(refuser(limit({ scope: "team", owner: "Search", kind: "money" }))).toBe("team Search · money");
  expect(refuser(limit({}))).toBe("team:a:money");
});

it("the table has the cells with refusals, by time", () => {
  const of = {
    buckets: ["t1", "t2"],
    limits: [limit({ id: "a", counts: [0, 2] }), limit({ id: "b", counts: [1, 0] })],
  } as unknown as RefusalsOutputBody;
  expect(cellsOf(of).map((c) => [c.at, c.limit.id, c.calls])).toEqual([
    ["t1", "b", 1],
    ["t2", "a", 2],
  ]);
});
