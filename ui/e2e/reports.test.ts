import { readFile } from "node:fs/promises";
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
  await visit.signIn();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("spend is told apart by what is chosen, leads to the calls, and is a table", async () => {
  const { page } = visit;
  await gateway.call("mock/first");
  await gateway.call("mock/first");
  await gateway.call("mock/second");
  await visit.go("/ui/reports?by=model", "Reports");
  await page.getByRole("row", { name: /first/ }).waitFor();
  await visit.isFine();
  await page.getByLabel("And by").selectOption("day");
  await page.getByRole("columnheader", { name: "Day" }).waitFor();
  expect(page.url()).toContain("by=model,day");

  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "As CSV" }).click();
  const text = await readFile(await (await saved).path(), "utf8");
  expect(text.split("\n")[0]).toContain("model,day,calls,");
  expect(text).toContain("first,");

  await page.getByRole("row", { name: /first/ }).getByRole("link").click();
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  expect(page.url()).toContain("models=first");
});

it("a schedule is made and tried, and what is next is shown", async () => {
  const { page } = visit;
  await visit.go("/ui/reports", "Reports");
  await page.getByText("Nothing is sent by itself.").waitFor();
  await gateway.api("POST", "/api/reports/schedules?wait=applied", {
    id: "finance",
    every: "month",
    type: "email",
    smtp: { host: "127.0.0.1", port: 1, from: "a@example.com", to: ["finance@example.com"] },
  });
  const row = page.getByRole("row", { name: /finance@example.com/ });
  await row.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("finance has not taken it").waitFor();
  await page.getByRole("row", { name: /Waits/ }).waitFor();
  await visit.isFine();
});
