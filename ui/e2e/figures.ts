import { cpus, loadavg } from "node:os";
import { setTimeout as rest } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ListLogsOutputBody } from "../src/api/operations";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";
import { keepCalling } from "./load";
import { row } from "./scene/calls";
import { type Smoothness, watched } from "./watched";

let gateway: Gateway;
let browser: Browser;
const table: [what: string, goal: string, figure: string][] = [];
const load = loadavg()[0]?.toFixed(1);

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
  for (let i = 0; i < 20; i++) await gateway.call("mock/mock");
});
afterAll(async () => {
  const version = browser?.version();
  await browser?.close();
  await gateway?.remove();
  const head = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model}, Chromium ${version}, load ${load} before`;
  const lines = [["what", "goal", "figure"], ["---", "---", "---"], ...table].map(
    (cells) => `| ${cells.join(" | ")} |`,
  );
  process.stdout.write(`\n${head}\n\n${lines.join("\n")}\n`);
});

const ms = (n: number) => `${n.toFixed(0)} ms`;
const tasks = (s: Smoothness) =>
  `longest task ${ms(s.longestWork)} of processor time, ${s.workOver100} over 100 ms; on the clock ${ms(s.longest)}, ${s.over100} over 100 ms`;
const frames = (s: Smoothness) =>
  `${s.frames.toFixed(0)} frames a second, at most ${ms(s.gap)} apart; main thread at work ${(100 * s.busy).toFixed(0)} %`;

it("how soon a page can be used", async () => {
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    const visit = await Visit.open(browser, gateway); // nothing is kept from the one before
    await visit.page.addInitScript((token) => {
      sessionStorage.setItem("asbru.token", token);
      new MutationObserver((_, watching) => {
        if (!document.querySelector("main h1")) return;
        watching.disconnect();
        requestAnimationFrame(() => setTimeout(() => Object.assign(window, { usable: performance.now() })));
      }).observe(document, { childList: true, subtree: true });
    }, gateway.token);
    await visit.page.goto("/ui/");
    await visit.page.getByText("Calls a second").waitFor();
    times.push(await visit.page.evaluate(() => (window as unknown as { usable: number }).usable));
    await visit.close();
  }
  times.sort((a, b) => a - b);
  table.push([
    "overview, nothing cached: drawn and answers keys",
    "≤ 1 s",
    `${ms(times[3] ?? 0)} (${ms(times[0] ?? 0)} to ${ms(times[6] ?? 0)}), of 7`,
  ]);
});

it("how a list of 1,000,000 calls scrolls", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await page.route(/\/api\/logs\?/, (route) => {
    const query = new URL(route.request().url()).searchParams;
    const [after, limit] = [Number(query.get("after") ?? 0), Number(query.get("limit"))];
    const logs = Array.from({ length: limit }, (_, i) => ({ ...row(after + i), id: `call-${after + i}` }));
    const json: Partial<ListLogsOutputBody> & { logs: unknown } = {
      logs,
      has_logs: true,
      pagination: { total_count: 1_000_000, next_cursor: String(after + limit) } as ListLogsOutputBody["pagination"],
    };
    return route.fulfill({ json });
  });
  await visit.signIn("/ui/calls?from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z");
  const grid = page.getByRole("grid", { name: "Calls" });
  await grid.getByRole("row").nth(5).waitFor();
  expect(await grid.getAttribute("aria-rowcount")).toBe("1000001");
  await grid.hover();
  const seen = await watched(page, async () => {
    for (let i = 0; i < 240; i++) {
      await page.mouse.wheel(0, 600);
      await rest(16);
    }
  });
  const row0 = await grid.getByRole("row").last().getAttribute("aria-rowindex");
  table.push([
    `scrolling a list of 1,000,000 calls, to the ${row0}th, by 600 pixels a frame`,
    "no task over 100 ms",
    `${tasks(seen)}; ${frames(seen)}`,
  ]);
  await visit.close();
});

it("how the tail of 500 calls a second is drawn", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await visit.signIn("/ui/calls");
  await page.locator("[data-health=live]").waitFor();
  const end = keepCalling(gateway, "mock/mock", 500);
  await page.getByText(/1 in \d+/).waitFor();
  const said = await page.getByText(/1 in \d+/).textContent();
  const began = Date.now();
  const seen = await watched(page, () => rest(15_000));
  const calls = end() / ((Date.now() - began) / 1_000);
  table.push([
    `live tail at ${calls.toFixed(0)} calls a second ("${said}")`,
    "60 frames a second",
    `${frames(seen)}; ${tasks(seen)}`,
  ]);
  await visit.close();
});

it("what a line of 10 MB in a call's body holds up", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  const text = JSON.stringify({
    model: "mock/long",
    messages: [{ role: "user", content: "ten megabytes ".repeat(750_000) }],
  });
  const body = { text, bytes: text.length, truncated: false, assembled: false };
  await page.route("**/api/logs/*", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), content: { request: body, response: body } } });
  });
  const id = await gateway.call("mock/long");
  await visit.signIn(`/ui/calls?request_id=${id}`);
  const rowOf = page.getByRole("row", { name: /long/ });
  await rowOf.waitFor();
  const seen = await watched(page, async () => {
    await rowOf.click();
    await page.getByRole("dialog").getByText("ten megabytes ten megabytes").first().waitFor();
    await page.getByRole("button", { name: "As sent" }).click();
    await page
      .getByRole("button", { name: /^Show more/ })
      .first()
      .click();
    await rest(1_000);
  });
  table.push([
    "a call whose request and answer are lines of 10 MB, opened, shown as sent, and more of it",
    "",
    tasks(seen),
  ]);
  await visit.close();
});
