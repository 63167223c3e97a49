import { expect, it } from "vitest";
import { yaml } from "./yaml";

it("writes values as YAML has them", () => {
  expect(
    yaml({
      client: { allowed_origins: ["https://a.example", "*"], drop_params: true, headers: [], other: {}, none: null },
      "a key": "text: with a mark",
      words: ["yes", "No", "1.5", "", "env.NAME", "a\nb", "# no comment"],
      rules: [{ name: "a", targets: [{ provider: "mock", weight: 0.5 }] }, { name: "b" }],
      nested: [[1], []],
    }),
  ).toBe(`client:
  allowed_origins:
    - "https://a.example"
    - "*"
  drop_params: true
  headers: []
  other: {}
  none: null
"a key": "text: with a mark"
words:
  - "yes"
  - "No"
  - "1.5"
  - ""
  - env.NAME
  - "a\\nb"
  - "# no comment"
rules:
  - name: a
    targets:
      - provider: mock
        weight: 0.5
  - name: b
nested:
  - - 1
  - []`);
});
