import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
  await gateway.call("mock/first");
  await gateway.call("mock/second");
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("by a slow network pages say that they load, ask for the last that was wanted, and change a thing once", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await visit.throttle(600, 60_000);
  await visit.signIn("/ui/calls");
  await page.getByRole("status", { name: "Loading" }).first().waitFor();
  await page.getByRole("row", { name: /first/ }).waitFor();
  await page.locator("[data-health=live]").waitFor();
  await visit.isFine();

  // Of two filters the second counts, though the answer to the first is under way.
  const facets = page.getByRole("complementary");
  await facets.getByRole("checkbox", { name: "first" }).check();
  await facets.getByRole("checkbox", { name: "second" }).check();
  await facets.getByRole("checkbox", { name: "first" }).uncheck();
  await page.getByRole("row", { name: /first/ }).waitFor({ state: "detached" });
  await page.getByRole("row", { name: /second/ }).waitFor();

  await page.getByRole("link", { name: "Virtual keys" }).click();
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("once");
  const make = page.getByRole("dialog").getByRole("button", { name: "Make a key" });
  await make.dblclick();
  await page.getByText("It is shown this once").waitFor();
  await page.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("row", { name: /once/ }).waitFor();
  const { virtual_keys } = await gateway.api<{ virtual_keys: unknown[] }>("GET", "/api/governance/virtual-keys");
  expect(virtual_keys).toHaveLength(1);
  await visit.isFine();
  await visit.close();
});

it("without a network the page keeps what it has and says so; then it goes on by itself", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page, context } = visit;
  await visit.signIn("/ui/calls?models=first");
  await page.getByRole("row", { name: /first/ }).waitFor();
  await context.setOffline(true);
  await page.getByRole("button", { name: "Hold" }).click(); // what needs no server goes on
  await page.getByRole("link", { name: "Limits" }).click();
  await page.getByRole("main").getByRole("alert").waitFor();
  await page.getByRole("main").getByRole("button").first().click();
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
  await context.setOffline(false);
  await page.getByRole("main").getByRole("button").first().click();
  await page.getByRole("heading", { level: 1, name: "Limits" }).waitFor();
  await page.locator("[data-health=live]").waitFor();
  await visit.close();
});
