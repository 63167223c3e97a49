import { expect, it } from "vitest";
import { unreachable } from "./unreachable";

it.each([
  [
    "one that asks for nothing leaves none to those behind it",
    [
      { name: "a", priority: 1 },
      { name: "b", priority: 2 },
    ],
    ["b behind a"],
  ],
  [
    "order counts, not place",
    [
      { name: "a", priority: 2 },
      { name: "b", priority: 1 },
    ],
    ["a behind b"],
  ],
  ["of one order the first comes first", [{ name: "a", cel_expression: " true " }, { name: "b" }], ["b behind a"]],
  ["an expression leaves some", [{ name: "a", cel_expression: 'model == "x"' }, { name: "b" }], []],
  [
    "one that is off takes none, and is not told of",
    [{ name: "a", enabled: false }, { name: "b" }, { name: "c", enabled: false }],
    [],
  ],
  [
    "owners have rules of their own",
    [{ name: "a", scope: "team", scope_id: "1" }, { name: "b", scope: "team", scope_id: "2" }, { name: "c" }],
    [],
  ],
])("%s", (_, rules, want) => {
  expect(unreachable(rules).map((u) => `${u.rule} behind ${u.behind}`)).toEqual(want);
});
