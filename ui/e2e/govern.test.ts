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
  visit = await Visit.open(browser, gateway, "dark");
  await visit.signIn();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("a provider is added with a key, tested, given another weight, and removed", async () => {
  const { page } = visit;
  const mock = await gateway.runMock();
  await visit.go("/ui/providers", "Providers");
  await page.getByRole("button", { name: "Add a provider" }).click();
  await page.getByRole("combobox", { name: "Provider" }).selectOption("openai");
  await page.getByLabel("Name").fill("one");
  await page.getByLabel("Key", { exact: true }).fill("sk-one-123456");
  await page.getByLabel("Address").fill(mock);
  await visit.isFine();
  await page.getByRole("dialog").getByRole("button", { name: "Add a provider" }).click();
  await page.getByRole("heading", { name: "openai" }).waitFor();

  const panel = page.locator("section", { has: page.getByRole("heading", { name: "openai" }) }).last();
  await panel.getByRole("button", { name: "Add a key" }).click();
  await page.getByLabel("Name").fill("two");
  await page.getByLabel("Key", { exact: true }).fill("sk-two-123456");
  await page.getByLabel("Weight").fill("3");
  await page.getByRole("button", { name: "Save" }).click();
  await panel.getByRole("row", { name: /two/ }).waitFor();
  await panel.getByRole("row", { name: /one/ }).getByRole("button", { name: "Test" }).click();
  await panel.getByText("answered in").waitFor();
  await page.getByText("of 75%").waitFor(); // its target, as the node tells
  await visit.isFine();

  await panel.getByRole("row", { name: /one/ }).getByRole("button", { name: "Edit" }).click();
  expect(await page.getByLabel("Key", { exact: true }).inputValue()).toBe("");
  await page.getByLabel("Weight").fill("9");
  await page.getByRole("dialog").getByText("75% of the calls").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await panel.getByRole("row", { name: /one/ }).getByRole("cell", { name: "9", exact: true }).waitFor();
  await panel.getByRole("row", { name: /two/ }).getByRole("button", { name: "Remove" }).click();
  const confirm = page.getByRole("dialog").getByRole("button", { name: "Remove" });
  expect(await confirm.isDisabled()).toBe(true);
  await page.getByLabel("Type two to go on").fill("two");
  await confirm.click();
  await panel.getByRole("row", { name: /two/ }).waitFor({ state: "detached" });
});

it("what the server has against a form stands at its field", async () => {
  const { page } = visit;
  await visit.go("/ui/keys", "Virtual keys");
  await page.getByRole("button", { name: "Make a key" }).waitFor();
  await page.keyboard.press("?");
  await page.getByText("Make a key, team or customer, on Virtual keys").waitFor();
  await page.getByLabel("Single letters do something").uncheck();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("n");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.evaluate(() => localStorage.removeItem("asbru.keys"));
  await page.keyboard.press("n");
  await page.getByRole("dialog").getByRole("button", { name: "Make a key" }).waitFor();
  await gateway.api("POST", "/api/governance/virtual-keys", { name: "taken" });
  await page.getByLabel("Name", { exact: true }).fill("taken");
  await page.getByRole("dialog").getByRole("button", { name: "Make a key" }).click();
  await page.getByRole("dialog").getByRole("alert").waitFor();
  expect(await page.getByLabel("Name", { exact: true }).getAttribute("aria-invalid")).toBe("true");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

it("a virtual key is made, its value shown once; it calls, is edited, and revoked", async () => {
  const { page } = visit;
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("web");
  await page.getByLabel("Budget in dollars").fill("10");
  await page.getByRole("dialog").getByRole("button", { name: "Make a key" }).click();
  await page.getByText("It is shown this once").waitFor();
  const value = (await page.getByRole("dialog").locator("pre").textContent()) ?? "";
  expect(value).toMatch(/^sk-asbru-/);
  await page.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("row", { name: /web/ }).getByRole("meter").waitFor();
  expect(await page.content()).not.toContain(value);
  await visit.isFine();

  await page.getByRole("row", { name: /web/ }).click();
  await page.getByLabel("Name", { exact: true }).fill("web 2");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /web 2/ }).waitFor();
  await visit.isFine();
});

it("of two who edit the same key the second sees what the first has done, and decides", async () => {
  const { page } = visit;
  const { virtual_keys } = await gateway.api<{ virtual_keys: { id: string }[] }>(
    "GET",
    "/api/governance/virtual-keys?search=web",
  );
  const path = `/api/governance/virtual-keys/${virtual_keys[0]?.id}`;
  await page.getByLabel("Budget in dollars").fill("20");
  await gateway.api("PUT", path, {
    name: "theirs",
    rate_limit: { request_max_limit: 7, request_reset_duration: "1m" },
  });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody has changed this in the meantime.").waitFor();
  await page.getByRole("cell", { name: "theirs" }).waitFor();
  await visit.isFine();
  await page.getByRole("button", { name: "Make my changes, too" }).click();
  await page.getByRole("row", { name: /theirs/ }).waitFor();
  const { virtual_key } = await gateway.api<{ virtual_key: unknown }>("GET", path);
  expect(virtual_key).toMatchObject({
    name: "theirs",
    budget: { max_limit: 20 },
    rate_limit: { request_max_limit: 7 },
  });
});

it("teams and customers are made", async () => {
  const { page } = visit;
  await visit.go("/ui/keys?tab=customers", "Virtual keys");
  await page.getByRole("button", { name: "Make a customer" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Acme <script>alert(1)</script>");
  await page.getByLabel("Budget in dollars a month").fill("100");
  await page.getByRole("dialog").getByRole("button", { name: "Make a customer" }).click();
  await page.getByRole("cell", { name: "Acme <script>alert(1)</script>" }).waitFor();
  await visit.isFine();
  await page.getByRole("button", { name: "Teams" }).click();
  await page.getByRole("button", { name: "Make a team" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Search");
  await page.getByLabel("Customer", { exact: true }).selectOption({ index: 1 });
  await page.getByRole("dialog").getByRole("button", { name: "Make a team" }).click();
  await page.getByRole("cell", { name: "Search" }).waitFor();
  await visit.isFine();
});

it("a version shows what it has changed, and is gone back to", async () => {
  const { page } = visit;
  await visit.go("/ui/versions", "Versions");
  await page.getByText("in force").first().waitFor();
  await page.getByRole("table").getByText("governance.teams", { exact: false }).first().waitFor();
  await visit.isFine();
  await page.getByRole("listitem").getByRole("button", { name: /^1/ }).last().click();
  await page.getByRole("button", { name: "Go back to 1" }).click();
  await page.getByRole("dialog").getByText("This is what it changes").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Go back to 1" }).click();
  await page.getByText("Revision 1 is in force again").first().waitFor();
});

it("the audit tells who did what, with what was there before, and that it is whole", async () => {
  const { page } = visit;
  await visit.go("/ui/audit", "Audit");
  await page
    .getByRole("row", { name: /rollback-version/ })
    .first()
    .click();
  await page.getByRole("dialog").getByText("the admin token").waitFor();
  await visit.isFine();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Verify the chain" }).click();
  await page.getByText("entries is whole").waitFor();
  await page.getByLabel("What", { exact: true }).fill("create-customer");
  await page.getByRole("button", { name: "Find" }).click();
  await page.getByRole("row", { name: /rollback-version/ }).waitFor({ state: "detached" });
  await page.getByRole("row", { name: /create-customer/ }).waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as CSV" }).click();
  const lines = readFileSync(await (await saved).path(), "utf8")
    .trim()
    .split("\n");
  expect(lines[0]).toContain("operation");
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.slice(1).every((line) => line.includes("create-customer"))).toBe(true);
});

it("a model opens with what it costs, takes and can", async () => {
  const { page } = visit;
  await visit.go("/ui/models?query=gpt-4o-mini", "Models");
  await page.getByRole("row").filter({ hasText: "$0.15" }).first().waitFor();
  await page.getByRole("gridcell", { name: "gpt-4o-mini", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("row", { name: /Input/ }).getByText("$0.15").waitFor();
  await dialog.getByText("presence_penalty").waitFor();
  await visit.isFine();
  await dialog.getByRole("link", { name: "Try in the playground" }).click();
  await page.waitForURL(/models=[a-z]+\/gpt-4o-mini/);
});

it("the cluster shows its one node honestly", async () => {
  const { page } = visit;
  await visit.go("/ui/cluster", "Cluster");
  await page.getByText("all have it").waitFor();
  await page.getByRole("button", { name: "Drain" }).click();
  expect(await page.getByRole("dialog").getByRole("button", { name: "Drain" }).isDisabled()).toBe(true);
  await visit.isFine();
  await page.keyboard.press("Escape");
  await visit.isFine();
});
