import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  const configuration = `
providers: {mock: {}}
governance:
  model_configs: [{id: few, model_name: limited, rate_limit: {request_max_limit: 1, request_reset_duration: 1h}}]
  virtual_keys: [{id: web, name: web, value: sk-bf-limits-of-the-page, provider_configs: [{provider: "*", allowed_models: ["*"]}]}]
`;
  [gateway, browser] = await Promise.all([Gateway.start(configuration), launch()]);
  for (let calls = 0; calls < 3; calls++)
    await gateway.call("mock/limited", "hello", { Authorization: "Bearer sk-bf-limits-of-the-page" });
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("what limits have refused is shown over time, and leads to the calls", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await visit.signIn("/ui/limits");
  const cell = page.getByRole("link", { name: /model limited · calls, .*: 2 calls refused/ });
  await cell.waitFor();
  await page
    .locator("section", { has: page.getByRole("heading", { name: "Refused, by which" }) })
    .getByText("As a table")
    .click();
  await page
    .getByRole("row", { name: /model limited/ })
    .getByRole("link", { name: "2", exact: true })
    .waitFor();
  await visit.isFine();
  await cell.click();
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  await expect.poll(() => page.getByRole("row", { name: /limited/ }).count()).toBe(2);
  expect(decodeURIComponent(page.url())).toContain("limit:refused=model:limited:requests");
  await visit.close();
});

it("a limit is tried on the last day beside its form", async () => {
  const visit = await Visit.open(browser, gateway, "dark");
  const { page } = visit;
  await visit.signIn("/ui/limits");
  await page
    .getByRole("row", { name: /limited/ })
    .getByRole("button", { name: "Edit" })
    .click();
  const form = page.getByRole("dialog");
  const most = form.getByRole("spinbutton", { name: "request_max_limit" });
  await most.fill("2");
  const ask = form.getByRole("button", { name: /What would this have refused/ });
  await ask.click();
  await form.getByText("would have refused 1 of 3 calls").waitFor();
  await form.getByText(/^About so:/).waitFor();
  await visit.isFine();
  await most.fill("9");
  await form.getByText("The form has changed since.").waitFor();
  await ask.click();
  await form.getByText("would have refused none of 3 calls").waitFor();
  await visit.close();
});
