import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
  visit = await Visit.open(browser, gateway);
  await visit.signIn("/ui/start");
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("of a call whose bodies are not kept it says which setting has that so", async () => {
  const { page } = visit;
  const id = await gateway.call("mock/unkept");
  await visit.go(`/ui/calls?request_id=${id}`, "Calls");
  await page.getByRole("row", { name: /unkept/ }).click();
  await page.getByRole("dialog").getByText("logs.bodies: off").waitFor();
});

it("what was said is text, whatever it looks like, and the call can be made again", async () => {
  const { page } = visit;
  await gateway.api("PATCH", "/api/config?wait=applied", { logs: { bodies: "all", max_body_bytes: 262_144 } });
  const hostile = `<img src=x onerror=alert(1)> \u001b[31mred\u001b[0m \u202eturned ${"long ".repeat(30_000)}`;
  const id = await gateway.call("mock/said", hostile);
  await visit.go(`/ui/calls?request_id=${id}`, "Calls");
  await page.getByRole("row", { name: /said/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("<img src=x onerror=alert(1)> ⟨U+001B⟩[31mred⟨U+001B⟩[0m ⟨U+202E⟩turned").first().waitFor();
  await sheet
    .getByRole("button", { name: /^Show more/ })
    .first()
    .waitFor();
  expect(await page.locator("img").count()).toBe(0);
  await sheet.getByRole("button", { name: "As sent" }).click();
  await sheet.getByRole("region", { name: "Request" }).getByText('{"model":"mock/said"').waitFor();
  await visit.isFine();
  await sheet.getByText("As curl").click();
  await sheet.getByText(`curl ${gateway.url}/v1/chat/completions`).waitFor();
  await sheet.getByRole("link", { name: "Again in the playground" }).click();
  await page.getByRole("heading", { level: 1, name: "Playground" }).waitFor();
  await expect.poll(() => page.getByLabel("Prompt").inputValue()).toBe(hostile);
  expect(await page.getByLabel("Model 1").inputValue()).toBe("mock/said");
  await page.getByRole("button", { name: /^Run/ }).click();
  await page.locator("[data-answer=ended]").waitFor();
});

it("a line of 10 MB is text like another, of which as much is drawn as is asked for", async () => {
  const { page } = visit;
  const id = await gateway.call("mock/long");
  // The gateway itself keeps less of a body; the page does not count on that.
  const line = "<b>ten megabytes</b> ".repeat(500_000);
  const text = JSON.stringify({ model: "mock/long", messages: [{ role: "user", content: line }] });
  const body = { text, bytes: text.length, truncated: false, assembled: false };
  await page.route(`**/api/logs/*`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...(await response.json()), content: { request: body, response: body } } });
  });
  await visit.go(`/ui/calls?request_id=${id}`, "Calls");
  await page.getByRole("row", { name: /long/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByText("<b>ten megabytes</b> <b>ten megabytes</b>").first().waitFor();
  await sheet.getByRole("button", { name: "As sent" }).click();
  const request = sheet.getByRole("region", { name: "Request" });
  await request.getByText('{"model":"mock/long"').waitFor();
  await request.getByRole("button", { name: /^Show more/ }).click();
  await expect.poll(async () => (await request.textContent())?.length).toBeGreaterThan(100_000);
  await sheet.getByText("As curl").click();
  await sheet.getByText(`curl ${gateway.url}/v1/chat/completions`).waitFor();
  expect(await page.evaluate(() => document.documentElement.textContent?.length)).toBeLessThan(300_000);
  await visit.isFine();
  await page.unroute(`**/api/logs/*`);
});

it("two calls are compared, calls are kept as CSV, and a view is found again", async () => {
  const { page } = visit;
  await gateway.call("mock/one", "first question");
  await gateway.call("mock/two", "second question");
  await visit.go("/ui/calls?models=one,two", "Calls");
  await page.getByRole("row", { name: /\bone\b/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Compare with another" }).click();
  // The sheet lies over the end of the row.
  await page.getByRole("row", { name: /\btwo\b/ }).click({ position: { x: 20, y: 8 } });
  const compared = page.getByRole("region", { name: "In what they differ" });
  await compared.getByRole("cell", { name: "model", exact: true }).waitFor();
  await visit.isFine();
  await page.getByRole("button", { name: "End comparing" }).click();
  expect(page.url()).not.toContain("compare=");
  await page.getByRole("button", { name: "Close" }).click();

  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  const file = await (await saving).path();
  await expect.poll(() => readFileSync(file, "utf8")).toContain("two");

  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Name of this view").fill("both");
  await page.getByRole("button", { name: "Keep" }).click();
  await visit.go("/ui/calls?status=error", "Calls");
  await page.getByRole("button", { name: "Views" }).click();
  await visit.isFine();
  await page.getByRole("button", { name: "both", exact: true }).click();
  await page.getByRole("row", { name: /\btwo\b/ }).waitFor();
  expect(page.url()).toContain("models=one,two");
  expect(page.url()).not.toContain("status=");
});
