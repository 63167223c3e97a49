import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
  await gateway.call("mock/mock");
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

/**
 * Opens the pages as those of an earlier version, whose files had other names, until what it returns
 * is called: from then on the server has those of its own version alone.
 */
async function openOld(visit: Visit, path: string): Promise<() => Promise<void>> {
  const { page, context } = visit;
  // Chromium does not know that a page which a test answers with is local.
  await context.grantPermissions(["local-network-access"]);
  await page.route("**/ui/**", async (route) => {
    const response = await route.fetch({ url: route.request().url().replace("/old-", "/") });
    const type = response.headers()["content-type"] ?? "";
    if (!/html|javascript/.test(type)) return route.fulfill({ response });
    const text = await response.text();
    await route.fulfill({
      response,
      body: text.replace(/(\/ui\/assets\/|"assets\/|[`"']\.\/)([\w-]+-[\w-]{8}\.(?:js|css))/g, "$1old-$2"),
    });
  });
  await visit.signIn(path);
  return () => page.unroute("**/ui/**");
}

it("a page of an older version says so, once it hears of the new one, and offers to load that", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  const upgrade = await openOld(visit, "/ui/cluster");
  await page.locator("[data-health=live]").waitFor();
  expect(await page.getByText("Asbru has been upgraded").count()).toBe(0);
  await upgrade();
  await gateway.stop();
  await gateway.run();
  await page.getByText("Asbru has been upgraded").waitFor();
  await visit.isFine();
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByText("Asbru has been upgraded").waitFor({ state: "detached" });
  await page.getByRole("heading", { level: 1, name: "Cluster" }).waitFor();
  await visit.close();
});

it("a page whose files are gone is no white page, and leads on to the new version's", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  const upgrade = await openOld(visit, "/ui/cluster");
  await page.getByRole("heading", { level: 1, name: "Cluster" }).waitFor();
  await upgrade();
  await page.getByRole("link", { name: "Calls" }).click();
  await page.getByRole("main").getByRole("alert").getByText("does not have this page").waitFor();
  visit.complaints.splice(0); // React tells the console of it, too
  await visit.isFine();
  await page.getByRole("main").getByRole("button", { name: "Reload" }).click();
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/ui/calls");
  await page.getByRole("row", { name: /mock/ }).waitFor();
  await visit.close();
});
