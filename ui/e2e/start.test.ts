import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("a new user comes from nothing to the first answered call, and to what became of it", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await page.goto("/");
  await page.getByRole("heading", { name: "Sign in to Asbru" }).waitFor();
  await visit.isFine();
  await page.getByLabel("Admin token").fill("wrong");
  await page.getByRole("button", { name: "Enter with the token" }).click();
  await page.getByRole("alert").getByText("admin_token_required").waitFor();
  await page.getByLabel("Admin token").fill(gateway.token);
  await page.getByRole("button", { name: "Enter with the token" }).click();

  await page.getByRole("heading", { level: 1, name: "The first call" }).waitFor();
  await page.getByText("can be called, of mock").waitFor();
  await visit.isFine();
  await page.getByLabel("What to ask").fill("ping <b>pong</b>");
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator("[data-answer]").getByText("ping <b>pong</b>").waitFor();
  await page.getByRole("link", { name: "Look at this call" }).click();
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  await page.getByRole("row").nth(1).click();
  await page.getByRole("dialog").getByText("Where the time went").first().waitFor();
  await visit.isFine();
  expect(page.url()).toContain("request_id=");
  await visit.close();
});

it("the overview is what a gateway that has had calls opens to", async () => {
  await gateway.call("mock/mock");
  await gateway.call("mock/mock");
  const visit = await Visit.open(browser, gateway);
  await visit.signIn();
  await visit.page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await visit.page.getByText("Calls a second").waitFor();
  await visit.isFine();
  await visit.close();
});
