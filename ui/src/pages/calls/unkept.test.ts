import { expect, it } from "vitest";
import type { LogRow } from "@/api/operations";
import { type Keeping, whyUnkept } from "./unkept";

const now = Date.parse("2026-06-30T00:00:00Z");
const row = { status: "success", shadow: false, timestamp: "2026-06-29T00:00:00Z" } as LogRow;

it.each<[Keeping, Partial<LogRow>, RegExp | null]>([
  [{}, {}, /logs\.bodies: off/],
  [{ logs: { bodies: "all" }, client: { disable_content_logging: true } }, {}, /disable_content_logging/],
  [{ logs: { bodies: "errors" } }, {}, /logs\.bodies: errors/],
  [{ logs: { bodies: "errors" } }, { status: "error" }, null],
  [{ logs: { bodies: "keys" } }, {}, /logs\.bodies: keys/],
  [{ logs: { bodies: "all" } }, {}, null],
  [{ logs: { bodies: "all" } }, { timestamp: "2026-05-01T00:00:00Z" }, /30 days/],
  [{ logs: { bodies: "all", retention_in_days: 0 } }, { timestamp: "2025-05-01T00:00:00Z" }, null],
  [{ logs: { bodies: "all" }, client: { log_retention_days: 2 } }, { timestamp: "2026-06-20T00:00:00Z" }, /2 days/],
  [{ logs: { bodies: "all" } }, { shadow: true }, /never/],
])("%j and %j", (keeping, change, want) => {
  const why = whyUnkept({ ...row, ...change }, keeping, now);
  if (want) expect(why).toMatch(want);
  else expect(why).toBeNull();
});
