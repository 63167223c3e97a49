import { expect, it } from "vitest";
import type { LogRow } from "@/api/operations";
import { type CacheSettings, whyMissed } from "./why";

const row = { status: "success", shadow: false, virtual_key_name: "web" } as LogRow;

it.each<[Partial<LogRow>, CacheSettings, RegExp]>([
  [{ marks: "cache:hit" }, { enabled: true }, /was answered from/],
  [{ marks: "cache:hit=semantic,similarity:0.94" }, { enabled: true }, /was answered from/],
  [{}, {}, /switched off/],
  [{}, { enabled: true, only_when_asked: true }, /only_when_asked/],
  [{ status: "error" }, { enabled: true }, /failed/],
  [{ shadow: true }, { enabled: true }, /trial/],
  [{}, { enabled: true }, /web/],
])("%j and %j", (change, settings, want) => {
  expect(whyMissed({ ...row, ...change }, settings)[0]).toMatch(want);
});
