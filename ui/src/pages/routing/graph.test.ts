import { describe, expect, it } from "vitest";
import { branchesOf } from "./graph";

const hits = (id: string, ...to: [string, string, number][]) => ({
  id,
  total_requests: to.reduce((sum, [, , n]) => sum + n, 0),
  failed_requests: 0,
  to: to.map(([provider, model, total_requests]) => ({ provider, model, total_requests })),
});

describe("the ways of calls", () => {
  it("are those of each rule in use, in the order in which rules are tried", () => {
    const rules = [
      { id: "all", priority: 9, targets: [{ provider: "a", model: "m" }] },
      { id: "off", enabled: false },
      { id: "first", priority: 1, targets: [{ provider: "a", model: "m" }] },
      { id: "team", scope: "team", scope_id: "t", deny_message: "Closed." },
    ];
    const found = branchesOf(rules, []);
    expect(found.map((b) => b.id)).toEqual(["team", "first", "all", ""]);
    expect(found[0]).toMatchObject({ of: "team t", ways: [{ kind: "refused", calls: 0 }] });
  });
  it("have the calls that went so, and those that went otherwise", () => {
    const rule = { id: "r", targets: [{ provider: "a" }, { provider: "a", model: "big" }], fallbacks: ["b/m"] };
    const [branch] = branchesOf(
      [rule],
      [hits("r", ["a", "big", 5], ["a", "m", 3], ["b", "m", 2], ["c", "m", 1], ["", "", 4])],
    );
    expect(branch?.calls).toBe(15);
    expect(branch?.ways).toEqual([
      { name: "a", kind: "target", calls: 3 },
      { name: "a/big", kind: "target", calls: 5 },
      { name: "", kind: "elsewhere", calls: 1 },
      { name: "", kind: "refused", calls: 4 },
      { name: "b/m", kind: "fallback", calls: 2 },
    ]);
  });
  it("go as the call names it where a rule has no targets, or none decides", () => {
    const [rule, none] = branchesOf(
      [{ id: "r", fallbacks: ["b/m"] }],
      [hits("r", ["b", "m", 1], ["a", "m", 2]), hits("", ["a", "m", 9], ["", "", 1])],
    );
    expect(rule?.ways).toEqual([
      { name: "", kind: "target", calls: 2 },
      { name: "b/m", kind: "fallback", calls: 1 },
    ]);
    expect(none?.ways).toEqual([
      { name: "a/m", kind: "target", calls: 9 },
      { name: "", kind: "refused", calls: 1 },
    ]);
  });
  it("tell few models apart where no rule decides", () => {
    const [none] = branchesOf(
      [],
      [hits("", ...Array.from({ length: 7 }, (_, i): [string, string, number] => ["a", `m${i}`, 1]))],
    );
    expect(none?.ways.map((way) => way.calls)).toEqual([1, 1, 1, 1, 1, 2]);
  });
});
