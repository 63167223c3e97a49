import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";
import { compared } from "./picture";
import { configuration } from "./scene/config";
import { stage } from "./scene/scene";

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(configuration), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

/** Each page, and what must be there before the picture is taken. */
const pages: [name: string, path: string, heading: string, there: string][] = [
  ["overview", "/ui/", "Overview", "Calls a second"],
  ["calls", "/ui/calls", "Calls", "gpt-5-mini"],
  ["call", "/ui/calls?open=call-998", "Calls", "Where the time went"],
  ["cluster", "/ui/cluster", "Cluster", "all have it"],
  ["start", "/ui/start", "The first call", "Send"],
  ["playground", "/ui/playground", "Playground", "Run"],
  ["prompts", "/ui/prompts", "Prompts", "Shorter"],
  ["providers", "/ui/providers", "Providers", "anthropic"],
  ["models", "/ui/models", "Models", "models known"],
  ["routing", "/ui/routing", "Routing", "Premium callers"],
  ["mcp", "/ui/mcp", "MCP", "tickets-open"],
  ["plugins", "/ui/plugins", "Plugins", "tenant-lookup"],
  ["cache", "/ui/cache", "Cache", "Saved money"],
  ["guardrails", "/ui/guardrails", "Guardrails", "personal-data"],
  ["keys", "/ui/keys", "Virtual keys", "nightly"],
  ["limits", "/ui/limits", "Limits", "acme"],
  ["alerts", "/ui/alerts", "Alerts", "budget of chat"],
  ["reports", "/ui/reports", "Reports", "Support"],
  ["versions", "/ui/versions", "Versions", "A second key"],
  ["audit", "/ui/audit", "Audit", "drain-node"],
  ["people", "/ui/people", "Users", "deployments"],
  ["settings", "/ui/settings", "Settings", "Who is told of what goes wrong."],
];

describe.each(["dark", "light"] as const)("in %s", (theme) => {
  it("each page looks as it is kept, and has no violation", async () => {
    const visit = await Visit.open(browser, gateway, theme);
    const { page } = visit;
    await page.setViewportSize({ width: 1280, height: 800 });
    await stage(page);
    await visit.signIn("/ui/cluster");
    const against: string[] = [];
    for (const [name, path, heading, there] of pages) {
      await visit.go(path, heading);
      await page.locator("main, [role=dialog]").getByText(there).filter({ visible: true }).first().waitFor();
      await page.locator("[data-health=live]").waitFor();
      await page.waitForLoadState("networkidle");
      const taken = await page.screenshot({ animations: "disabled", caret: "hide" });
      against.push(compared(`${name}-${theme}`, taken));
      await visit.isFine();
    }
    expect(against.filter(Boolean)).toEqual([]);
    await visit.close();
  });
});
