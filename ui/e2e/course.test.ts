import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
  visit = await Visit.open(browser, gateway, "dark");
  await visit.signIn("/ui/reports");
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("cost, tokens, latency and calls are drawn over time, and lead to the calls", async () => {
  const { page } = visit;
  for (const model of ["drawn", "drawn", "other"]) await gateway.call(`mock/${model}`);
  await visit.go("/ui/reports?from=now-1h", "Reports");
  for (const [name, series] of [
    ["Tokens by provider", "mock"],
    ["Latency by provider: 95 of 100 calls took no longer", "mock"],
    ["Calls by model", "drawn"],
    ["Tokens by kind", "Output"],
  ] as const) {
    const panel = page.locator("section", { has: page.getByRole("heading", { name, exact: true }) }).last();
    await panel.getByRole("img", { name }).waitFor();
    await panel.getByText("As a table").click();
    await panel.getByRole("columnheader", { name: series, exact: true }).waitFor();
  }
  expect(
    await page
      .getByRole("img", { name: /^Latency/ })
      .locator("path")
      .first()
      .getAttribute("d"),
  ).toMatch(/^M/);
  await visit.isFine();
  await page.getByRole("link", { name: "drawn", exact: true }).last().click();
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  expect(page.url()).toContain("models=drawn");
  await page.getByText("2 calls", { exact: true }).waitFor();
});

it("a provider is given limits, and they are removed", async () => {
  const { page } = visit;
  await visit.go("/ui/limits", "Limits");
  const table = page.getByRole("table", { name: "Limits of providers" });
  const row = table.getByRole("row", { name: /^mock/ });
  await row.getByRole("button", { name: "Edit" }).click();
  const sheet = page.getByRole("dialog", { name: "The limits of mock" });
  await sheet.getByLabel("Set another field", { exact: true }).selectOption("rate_limit");
  await sheet.getByLabel("Set another field of rate_limit", { exact: true }).selectOption("request_max_limit");
  await sheet.getByRole("spinbutton", { name: "request_max_limit" }).fill("100");
  await sheet.getByLabel("Set another field of rate_limit", { exact: true }).selectOption("request_reset_duration");
  await sheet.getByRole("textbox", { name: "request_reset_duration" }).fill("1m");
  await visit.isFine();
  await sheet.getByRole("button", { name: "Save" }).click();
  await row.getByText("100 per 1m").waitFor();
  await page.getByRole("table", { name: /^Used/ }).getByText("provider mock").first().waitFor();
  await visit.isFine();
  await row.getByRole("button", { name: "Remove" }).click();
  const confirm = page.getByRole("dialog", { name: "Remove the limits of mock" });
  await confirm.getByLabel("Type mock to go on").fill("mock");
  await confirm.getByRole("button", { name: "Remove" }).click();
  await row.getByText("100 per 1m").waitFor({ state: "detached" });
});
