import { afterEach, expect, it, vi } from "vitest";
import { operation } from "@/api/operation";
import { gather, type Listed, mostAtOnce, portions } from "./ids";

const list = operation("list", "GET", "/api/list") as Listed;

/** Has the server answer with so many rows, a page at a time. */
function serve(rows: number): ReturnType<typeof vi.fn> {
  const asked = vi.fn(async (address: string) => {
    const query = new URL(address, "http://x").searchParams;
    const from = Number(query.get("after") ?? 0);
    const to = Math.min(from + Number(query.get("limit")), rows);
    const logs = Array.from({ length: to - from }, (_, i) => ({ id: String(from + i) }));
    return Response.json({ logs, pagination: to < rows ? { next_cursor: String(to) } : {} });
  });
  vi.stubGlobal("fetch", asked);
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

it("goes through all pages with the same filter", async () => {
  const asked = serve(2_500);
  const { ids, more } = await gather(list, { mark: "x" });
  expect([ids.length, new Set(ids).size, more]).toEqual([2_500, 2_500, false]);
  expect(asked.mock.calls.map(([address]) => address)).toEqual([
    "/api/list?mark=x&limit=1000",
    "/api/list?mark=x&limit=1000&after=1000",
    "/api/list?mark=x&limit=1000&after=2000",
  ]);
});

it("ends at the most that are taken out at once, and says that there are more", async () => {
  serve(mostAtOnce + 1);
  const { ids, more } = await gather(list, {});
  expect([ids.length, more]).toEqual([mostAtOnce, true]);
});

it("cuts ids into what the API takes", () => {
  const ids = Array.from({ length: 2_001 }, (_, i) => String(i));
  expect(portions(ids).map((p) => p.length)).toEqual([1_000, 1_000, 1]);
  expect(portions(ids).flat()).toEqual(ids);
  expect(portions([])).toEqual([]);
});
