import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
  await gateway.call("mock/first");
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("calls come live, as the filter in the address says, and wait while the list is held", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await visit.signIn("/ui/calls?models=wanted");
  await page.locator("[data-health=live]").waitFor();
  await gateway.call("mock/other");
  await gateway.call("mock/wanted");
  await page.getByRole("row", { name: /wanted/ }).waitFor();
  expect(await page.getByRole("row", { name: /other/ }).count()).toBe(0);
  await page.getByRole("button", { name: "Hold" }).click();
  await gateway.call("mock/wanted");
  await page.getByRole("button", { name: "1 new" }).click();
  await page
    .getByRole("row", { name: /wanted/ })
    .nth(1)
    .waitFor();
  await page.getByRole("button", { name: "Clear 1 filter" }).click();
  await page.getByRole("row", { name: /other/ }).waitFor();
  expect(page.url()).not.toContain("models=");
  await visit.isFine();
  await visit.close();
});

it("text of callers is shown as text, with its marks written out", async () => {
  const hostile = "x\u202e<img src=x onerror=alert(1)>";
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "x-asbru-metadata": "note=<script>alert(1)</script>" },
    body: JSON.stringify({ model: `mock/${hostile}`, messages: [{ role: "user", content: "a" }] }),
  });
  const id = response.headers.get("x-request-id") ?? "";
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await visit.signIn(`/ui/calls?request_id=${id}`);
  await page.getByRole("row", { name: /onerror/ }).click();
  await page.getByRole("dialog").getByText("x⟨U+202E⟩<img src=x onerror=alert(1)>").waitFor();
  await page.getByRole("dialog").getByText("<script>alert(1)</script>").waitFor();
  expect(await page.locator("img").count()).toBe(0);
  await visit.isFine();
  await visit.close();
});

it("while the server is away the page says so and keeps what it has; then it goes on", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await visit.signIn("/ui/calls?models=wanted");
  await page
    .getByRole("row", { name: /wanted/ })
    .first()
    .waitFor();
  await gateway.stop();
  await page.locator("[data-health=offline]").waitFor();
  await page
    .getByRole("row", { name: /wanted/ })
    .first()
    .waitFor();
  await gateway.run();
  await page.locator("[data-health=live]").waitFor({ timeout: 60_000 });
  const before = await page.getByRole("row", { name: /wanted/ }).count();
  await gateway.call("mock/wanted");
  await page
    .getByRole("row", { name: /wanted/ })
    .nth(before)
    .waitFor();
  await visit.close();
});

it("keys and the palette lead anywhere, unless somebody writes", async () => {
  const visit = await Visit.open(browser, gateway, "dark");
  const { page } = visit;
  await visit.signIn("/ui/cluster");
  await page.getByRole("heading", { level: 1, name: "Cluster" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("gk");
  expect(await page.getByLabel("Request id").inputValue()).toBe("gk");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: "A page, an action or an id" }).fill("aud");
  await visit.isFine();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  await visit.close();
});
