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

it("values are left out of the list, by the mouse and by keys, also of what comes live", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  const rows = (model: string) => page.getByRole("row", { name: model });
  await gateway.call("mock/kept");
  await gateway.call("mock/dropped");
  await visit.signIn("/ui/calls");
  await rows("dropped").first().waitFor();
  await page.getByRole("button", { name: "All but dropped" }).click();
  await rows("dropped").first().waitFor({ state: "detached" });
  expect(page.url()).toContain("models=!dropped");
  await page.locator("[data-health=live]").waitFor();
  const before = await rows("kept").count();
  await gateway.call("mock/dropped");
  await gateway.call("mock/kept");
  await rows("kept").nth(before).waitFor();
  expect(await rows("dropped").count()).toBe(0);
  await page.getByRole("button", { name: "All but dropped" }).press("x");
  await rows("dropped").first().waitFor();
  await page.getByRole("checkbox", { name: "kept" }).press("x");
  await rows("kept").first().waitFor({ state: "detached" });
  await page.getByRole("checkbox", { name: "kept" }).press("f");
  await rows("kept").first().waitFor();
  expect(page.url()).toContain("models=kept");
  await rows("kept").first().click();
  await page.getByRole("dialog").getByRole("button", { name: "mock", exact: true }).press("f");
  await page.waitForURL(/providers=mock/);
  await page.keyboard.press("Escape");
  await page.getByText("Further filters").click();
  await page.getByLabel("Copies for a trial").selectOption("only these");
  await page
    .getByLabel("Copies for a trial")
    .locator("xpath=ancestor::form")
    .getByRole("button", { name: "Find" })
    .click();
  await rows("kept").first().waitFor({ state: "detached" });
  expect(page.url()).toContain("shadow=true");
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
  await page.getByRole("dialog").getByText("x⟨U+202E⟩<img src=x onerror=alert(1)>").first().waitFor();
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
  await page.locator("[data-old]").waitFor();
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
  await page.getByRole("combobox", { name: "A page, an action, an object or an id" }).fill("aud");
  await visit.isFine();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Audit" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  await visit.close();
});

it("the overview's figures and charts have the keys 1 to 9, in their order, and the list of keys says so", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  const heading = (name: string) => page.getByRole("heading", { level: 1, name });
  await visit.signIn("/ui/");
  await page.getByRole("heading", { name: "Most called models" }).waitFor();
  for (const [key, chart] of [
    ["7", "Calls by outcome"],
    ["8", "Providers over time"],
    ["9", "Most called models"],
  ] as const) {
    await page.keyboard.press(key);
    await expect.poll(() => page.evaluate(() => document.activeElement?.querySelector("h2")?.textContent)).toBe(chart);
  }
  await visit.isFine();
  for (const key of ["1", "2", "3", "4", "5", "6"]) {
    await page.keyboard.press(key);
    await heading("Calls").waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "Most called models" }).waitFor();
  }
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog");
  await keys.getByText("1–6").waitFor();
  await keys.getByText("7–9").waitFor();
  await visit.close();
});
