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
  await gateway.api("POST", "/api/governance/customers", { id: "acme", name: "Acme" });
  await gateway.api("POST", "/api/governance/teams", { id: "search", name: "Search", customer_id: "acme" });
  await gateway.api("POST", "/api/providers", {
    provider: "openai",
    keys: [{ id: "one", name: "one", value: "sk-one-123456", weight: 1 }],
    network_config: { base_url: "http://127.0.0.1:9" },
  });
  await visit.signIn("/ui/start");
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

/** Each is changed by somebody else while it is edited: what both have done is shown, and both is kept. */
it.each([
  {
    what: "a team",
    page: ["/ui/keys?tab=teams&open=search", "Virtual keys"],
    field: { name: "name", exact: true },
    theirs: ["PUT", "/api/governance/teams/search", { tags: ["theirs"] }],
    read: "/api/governance/teams/search",
    both: { team: { name: "mine", tags: ["theirs"] } },
  },
  {
    what: "a customer",
    page: ["/ui/keys?tab=customers&open=acme", "Virtual keys"],
    field: { name: "name", exact: true },
    theirs: ["PUT", "/api/governance/customers/acme", { tags: ["theirs"] }],
    read: "/api/governance/customers/acme",
    both: { customer: { name: "mine", tags: ["theirs"] } },
  },
] as const)(
  "$what that two edit shows what each has done, and keeps both",
  async ({ page: at, field, theirs, read, both }) => {
    const { page } = visit;
    await visit.go(at[0], at[1]);
    await page.getByRole("textbox", field).fill("mine");
    await gateway.api(theirs[0], theirs[1], theirs[2]);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("You have changed different things").waitFor();
    await visit.isFine();
    await page.getByRole("button", { name: "Make my changes, too" }).click();
    await page.getByRole("cell", { name: "mine", exact: true }).waitFor();
    expect(await gateway.api("GET", read)).toMatchObject(both);
  },
);

it("a person that two edit shows what each has done, and keeps both", async () => {
  const { page } = visit;
  const { user } = await gateway.api<{ user: { id: string } }>("POST", "/api/users", {
    username: "ann",
    password: "correct horse",
    role: "viewer",
  });
  await visit.go("/ui/people", "Users");
  await page.getByRole("row", { name: /ann/ }).getByRole("button", { name: "Edit" }).click();
  await page.getByRole("combobox", { name: "role" }).selectOption("operator");
  await gateway.api("PUT", `/api/users/${user.id}`, { email: "ann@example.com" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("You have changed different things").waitFor();
  await visit.isFine();
  await page.getByRole("button", { name: "Make my changes, too" }).click();
  await page.getByRole("row", { name: /ann/ }).getByText("may operate").waitFor();
  expect(await gateway.api("GET", `/api/users/${user.id}`)).toMatchObject({
    user: { role: "operator", email: "ann@example.com" },
  });
});

it("a provider's key that two edit shows what each has done, and keeps both", async () => {
  const { page } = visit;
  await visit.go("/ui/providers", "Providers");
  await page.getByRole("row", { name: /one/ }).getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Weight").fill("5");
  await gateway.api("PUT", "/api/providers/openai/keys/one", { models: ["gpt-5"] });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("You have changed different things").waitFor();
  await visit.isFine();
  await page.getByRole("button", { name: "Make my changes, too" }).click();
  await page.getByRole("row", { name: /one/ }).getByRole("cell", { name: "5", exact: true }).waitFor();
  await page.getByRole("row", { name: /one/ }).getByText("gpt-5").waitFor();
});

it("a prompt is made, committed, changed, and goes live", async () => {
  const { page } = visit;
  await visit.go("/ui/prompts", "Prompts");
  await page.getByRole("button", { name: "Make a prompt" }).click();
  await page.getByLabel("Name").fill("greeting");
  await page.getByRole("dialog").getByRole("button", { name: "Make a prompt" }).click();
  await page.getByText("It has no version yet").waitFor();
  for (const said of ["Be kind.", "Be kind to {{name}}."]) {
    await page.getByRole("button", { name: "Commit a version" }).click();
    await page.getByLabel("Messages").fill("[");
    const save = page.getByRole("dialog").getByRole("button", { name: "Commit a version" });
    expect(await save.isDisabled()).toBe(true);
    await page.getByLabel("Messages").fill(JSON.stringify([{ role: "system", content: said }]));
    await page.getByRole("textbox", { name: "What has changed" }).fill(said);
    await visit.isFine();
    await save.click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("main").getByText(said).first().waitFor();
  }
  await page.getByRole("group").filter({ hasText: "version 2" }).getByRole("button", { name: "Make it live" }).click();
  await page.getByText("live → 2").waitFor();
  await visit.isFine();
});

it("a draft of a prompt is tried, saved and committed, and its calls are found", async () => {
  const { page } = visit;
  const dialog = page.getByRole("dialog");
  const saved = () => page.waitForResponse((r) => r.request().method() === "PUT" && r.url().includes("/sessions/"));
  await visit.go("/ui/prompts", "Prompts");
  await page.getByRole("button", { name: "Make a folder" }).click();
  await dialog.getByLabel("Name of the folder").fill("support");
  await dialog.getByRole("button", { name: "Make a folder" }).click();
  await page.getByText("It is empty.").waitFor();
  await page.getByRole("button", { name: "Make a prompt" }).click();
  await dialog.getByLabel("Name").fill("hello");
  await dialog.getByLabel("Folder").selectOption("support");
  await dialog.getByRole("button", { name: "Make a prompt" }).click();
  await page.getByRole("list", { name: "support" }).getByText("hello").waitFor();

  await page.getByRole("button", { name: "Begin a draft" }).click();
  await dialog.getByLabel("Messages").fill(
    JSON.stringify([
      { role: "system", content: "You greet people at {{company}}." },
      { role: "user", content: "Hi" },
    ]),
  );
  await dialog.getByLabel("Model").fill("mock");
  await dialog.getByLabel("Provider").fill("mock");
  await visit.isFine();
  await Promise.all([saved(), dialog.getByRole("button", { name: "Save", exact: true }).click()]);
  await page.getByText("The draft is saved").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("link", { name: "Try in the playground" }).click();
  await page.getByLabel("company").fill("ACME");
  await page.getByLabel("System").fill("You welcome people at {{company}}.");
  await page.getByRole("button", { name: /^Run/ }).click();
  await page.locator("[data-answer=ended]").getByText("You welcome people at ACME.").waitFor();
  await visit.isFine();
  await Promise.all([saved(), page.getByRole("button", { name: "Save to the draft" }).click()]);

  await visit.go("/ui/prompts", "Prompts");
  await page.getByRole("list", { name: "support" }).getByText("hello").click();
  await page.getByRole("button", { name: /^Change the draft/ }).click();
  expect(await dialog.getByLabel("Messages").inputValue()).toContain("You welcome people");
  await dialog.getByRole("button", { name: "Commit the draft" }).click();
  await page.getByText("Version 1 is committed").waitFor();
  const version = page.getByRole("group").filter({ hasText: "version 1" });
  await version.getByLabel("Label of version 1").fill("staging");
  await version.getByRole("button", { name: "Label", exact: true }).click();
  await page.getByText("staging → 1").waitFor();
  await visit.isFine();

  await version.getByRole("link", { name: "Try in the playground" }).click();
  await page.getByLabel("company").fill("Initech");
  await page.getByRole("button", { name: /^Run/ }).click();
  await page.locator("[data-answer=ended]").getByText("You welcome people at Initech.").waitFor();
  await visit.go("/ui/prompts", "Prompts");
  await page.getByRole("list", { name: "support" }).getByText("hello").click();
  await page.getByRole("link", { name: "Its calls" }).click();
  await page.getByRole("grid").getByRole("gridcell", { name: "mock", exact: true }).first().waitFor();
  expect(page.url()).toContain("metadata_prompt=hello");
  await page.getByRole("button", { name: "Clear 1 filter" }).waitFor();
});

it("alerts are silenced for a time", async () => {
  const { page } = visit;
  await visit.go("/ui/alerts", "Alerts");
  await page.getByRole("button", { name: "Silence", exact: true }).click();
  await page.getByLabel("Of rule").selectOption({ index: 1 });
  await page.getByLabel("Why").fill("a test");
  await visit.isFine();
  await page.getByRole("dialog").getByRole("button", { name: "Silence", exact: true }).click();
  await page
    .getByRole("row", { name: /a test/ })
    .getByRole("button", { name: "End" })
    .click();
  await page.getByText("All alerts are told.").waitFor();
  await page.getByRole("link", { name: "Edit rules and channels" }).click();
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
  expect(page.url()).toContain("section=alerts");
});

it("calls are counted by what they can be filtered by, and filtered by what they are not", async () => {
  const { page } = visit;
  for (const model of ["a", "a", "a", "a", "a", "b", "c"]) await gateway.call(`mock/${model}`);
  const written = () => gateway.api<{ pagination: { total_count: number } }>("GET", "/api/logs?models=a,b,c");
  await expect.poll(async () => (await written()).pagination.total_count, { timeout: 60_000 }).toBe(7);
  await visit.go("/ui/calls", "Calls");
  const models = page.getByRole("complementary").getByRole("group", { name: "Model", exact: true });
  await models.getByText("5", { exact: true }).waitFor();
  await visit.isFine();
  await models.getByRole("button", { name: "All but a", exact: true }).click();
  await page.getByRole("grid").getByRole("gridcell", { name: "a", exact: true }).first().waitFor({ state: "detached" });
  await page.getByRole("grid").getByRole("gridcell", { name: "b", exact: true }).waitFor();
  expect(page.url()).toContain("models=!a");
  await models.getByText("5", { exact: true }).waitFor(); // what one would see by choosing it
});
