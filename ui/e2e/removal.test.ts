import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;
let visit: Visit;

/** The rows of a model, by what is in the log. */
async function rows(model: string): Promise<{ cost?: number }[]> {
  const { logs } = await gateway.api<{ logs: { cost?: number }[] | null }>("GET", `/api/logs?models=${model}`);
  return logs ?? [];
}

/** Makes calls of a model and waits until they are in the log. */
async function made(model: string, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await gateway.call(`mock/${model}`);
  await expect.poll(async () => (await rows(model)).length).toBe(n);
}

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
  visit = await Visit.open(browser, gateway);
  await visit.signIn("/ui/calls");
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("the calls that a filter finds are deleted, once their number is typed", async () => {
  const { page } = visit;
  const dialog = page.getByRole("dialog", { name: "Delete calls" });
  await made("stays", 1);
  await made("goes", 3);
  await visit.go("/ui/calls?models=goes", "Calls");
  await page.getByRole("row", { name: /goes/ }).nth(2).waitFor();
  await page.getByRole("button", { name: "Delete these" }).click();
  await dialog.getByText("3 calls are taken out of the log").waitFor();
  const confirm = dialog.getByRole("button", { name: "Delete" });
  await dialog.getByLabel("Type 3 to go on").fill("4");
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByLabel("Type 3 to go on").fill("3");
  await visit.isFine();
  await confirm.click();
  await page.getByText("3 taken out of the log").first().waitFor();
  await page.getByRole("row", { name: /goes/ }).first().waitFor({ state: "detached" });
  await page.getByText("0 calls", { exact: true }).waitFor();
  expect((await rows("goes")).length).toBe(0);
  expect((await rows("stays")).length).toBe(1);
  await page.getByRole("button", { name: "Delete these" }).click();
  await dialog.getByText("There is no call to delete.").waitFor();
});

it("the call that is open is deleted, also one that came live", async () => {
  const { page } = visit;
  await visit.go("/ui/calls?models=live", "Calls");
  await page.locator("[data-health=live]").waitFor();
  await gateway.call("mock/live");
  await page.getByRole("row", { name: /live/ }).click();
  await expect.poll(async () => (await rows("live")).length).toBe(1);
  await page.getByRole("dialog", { name: "Call" }).getByRole("button", { name: "Delete" }).click();
  const confirm = page.getByRole("dialog", { name: "Delete calls" });
  await confirm.getByLabel("Type 1 to go on").fill("1");
  await confirm.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("row", { name: /live/ }).waitFor({ state: "detached" });
  await page.getByRole("dialog").first().waitFor({ state: "detached" });
  expect(page.url()).not.toContain("open=");
});

it("calls at no known price are counted, and priced by the prices of now", async () => {
  const { page } = visit;
  const dialog = page.getByRole("dialog", { name: "Recalculate costs" });
  await made("priceless", 2);
  await made("unpriced", 1);
  await visit.go("/ui/calls?models=priceless,unpriced", "Calls");
  await gateway.api("PATCH", "/api/config?wait=applied", {
    governance: {
      pricing_overrides: [{ price: { model_pattern: "priceless", input_cost_per_token: 0.001 } }],
    },
  });
  await page.getByRole("button", { name: "Recalculate costs" }).click();
  await dialog.getByText("3 calls have used something at no known price.").waitFor();
  await visit.isFine();
  await dialog.getByRole("button", { name: "Recalculate", exact: true }).click();
  await dialog.getByText("2 priced; of 1 the price is still not known.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await page
    .getByRole("row", { name: /priceless.*\$/ })
    .nth(1)
    .waitFor();
  expect((await rows("priceless")).every((row) => (row.cost ?? 0) > 0)).toBe(true);
});

it("calls that have left no row are told of, where there are some", async () => {
  const { page } = visit;
  await visit.go("/ui/calls", "Calls");
  await page.getByRole("grid").waitFor();
  expect(await page.getByText("left no row here").count()).toBe(0);
  await page.route("**/api/logs/dropped", (route) =>
    route.fulfill({ json: { dropped_requests: 7, nodes: [{ node: "edge-1", dropped: 7, waiting_bytes: 2048 }] } }),
  );
  await visit.go("/ui/calls", "Calls");
  await page.getByText("7 calls have left no row here").click();
  await page.getByRole("row", { name: "edge-1 7 2.0 KiB" }).waitFor();
  await visit.isFine();
  await page.unroute("**/api/logs/dropped");
});
