import { expect, it } from "vitest";
import type { AuditEntry } from "@/api/operations";
import { changesOf } from "./entry";

it("a test of a patch is what was there before", () => {
  const entry = {
    changes: [
      {
        object: "/api/config",
        patch: [
          { op: "test", path: "/a~1b/c", value: 1 },
          { op: "replace", path: "/a~1b/c", value: 2 },
          { op: "test", path: "/d", value: 3 },
          { op: "remove", path: "/d" },
          { op: "add", path: "", value: {} },
        ],
      },
    ],
  } as unknown as AuditEntry;
  expect(changesOf(entry)).toEqual([
    {
      object: "/api/config",
      differences: [
        { path: "a/b.c", before: 1, after: 2 },
        { path: "d", before: 3 },
        { path: "/api/config", after: {} },
      ],
    },
  ]);
  expect(changesOf({} as AuditEntry)).toEqual([]);
});
