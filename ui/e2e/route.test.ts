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
  await visit.signIn();
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("a rule is made by a form of its schema, explained, changed and removed", async () => {
  const { page } = visit;
  await visit.go("/ui/routing", "Routing");
  await page.getByRole("button", { name: "Make a rule" }).click();
  await page.getByRole("textbox", { name: "name", exact: true }).fill("short");
  await page.getByRole("textbox", { name: "cel_expression" }).fill("this is not CEL (");
  await page.getByRole("textbox", { name: "provider", exact: true }).fill("mock");
  await page.getByRole("textbox", { name: "model", exact: true }).fill("gpt-4o-mini");
  const expression = page.getByRole("textbox", { name: "cel_expression" });
  await page.locator("[data-place]").waitFor(); // before it is saved
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog").getByRole("alert").waitFor();
  expect(await expression.getAttribute("aria-invalid")).toBe("true");
  expect(await page.locator("[data-place]").textContent()).toMatch(/^this is not CEL \(\n *\^$/);
  await visit.isFine();
  await expression.fill("");
  await page.getByText("What it can ask for").click();
  await page.getByRole("button", { name: "model", exact: true }).click();
  expect(await expression.inputValue()).toBe("model");
  await visit.isFine();
  await expression.fill('model == "mock"');
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /short/ }).waitFor();

  await page.getByLabel("Model", { exact: true }).fill("mock/mock");
  await page.getByRole("button", { name: "Ask" }).click();
  await page.locator("[data-explained]").getByText("Matches").waitFor();
  await page.locator("[data-explained]").getByRole("cell", { name: "mock/gpt-4o-mini" }).waitFor();
  await visit.isFine();

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Set another field", { exact: true }).selectOption("priority");
  await page.getByRole("spinbutton", { name: "priority" }).fill("7");
  await page.getByRole("dialog").getByRole("table", { name: "What has changed" }).getByText("priority").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /short/ }).getByRole("cell", { name: "7", exact: true }).waitFor();
});

it("a rule that no call comes to is warned of, and found by its name", async () => {
  const { page } = visit;
  const targets = [{ provider: "mock", model: "mock", weight: 1 }];
  for (const [id, priority] of [
    ["everything", 50],
    ["in-vain", 60],
  ] as const)
    await gateway.api("POST", "/api/governance/routing-rules", { id, name: id, targets, priority });
  await visit.go("/ui/routing", "Routing");
  await page.getByText("No call comes to in-vain: everything before it takes them all.").waitFor();
  await visit.isFine();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("in-va");
  await page.getByRole("option", { name: "in-vain" }).waitFor();
  await visit.isFine();
  await page.keyboard.press("Enter");
  await page.waitForURL(/open=in-vain/);
  await page.getByRole("dialog").waitFor();
  for (const id of ["everything", "in-vain"]) await gateway.api("DELETE", `/api/governance/routing-rules/${id}`);
});

it("the ways of calls are drawn with their shares, and lead to the calls of a rule", async () => {
  const { page } = visit;
  await gateway.api("POST", "/api/governance/routing-rules", {
    id: "to-small",
    cel_expression: 'model == "drawn"',
    targets: [{ provider: "mock", model: "gpt-4o-mini" }],
    fallbacks: ["mock/mock"],
  });
  const hits = async () => {
    await gateway.call("mock/drawn");
    const { rules } = await gateway.api<{ rules: { id: string; total_requests: number }[] }>(
      "GET",
      "/api/routing/hits",
    );
    return rules.find((rule) => rule.id === "to-small")?.total_requests ?? 0;
  };
  await expect.poll(hits, { timeout: 60_000 }).toBeGreaterThan(0);
  await visit.go("/ui/routing", "Routing");
  await page.getByRole("img", { name: /The rules as they stand/ }).waitFor();
  await page.getByText("As a table").click();
  const ways = page.getByRole("table", { name: "From the call to who answers it" });
  await ways.getByRole("row", { name: /to-small mock\/gpt-4o-mini candidate [1-9]/ }).waitFor();
  await ways.getByRole("row", { name: "to-small mock/mock fallback 0 0%" }).waitFor();
  await visit.isFine();
  await page.getByRole("link", { name: /calls of to-small in the last hour/ }).click();
  await page.waitForURL(/routing_rule_ids=to-small/);
  await page
    .getByRole("row", { name: /gpt-4o-mini/ })
    .first()
    .waitFor();
  expect(await page.getByRole("checkbox", { name: "to-small" }).isChecked()).toBe(true);
  await visit.isFine();
  await gateway.api("DELETE", "/api/governance/routing-rules/to-small");
});

it("a past call says why it went where it did, and where it would go now", async () => {
  const { page } = visit;
  const rule = {
    id: "past",
    cel_expression: 'model == "then"',
    strategy: "least_busy",
    targets: [
      { provider: "mock", model: "gpt-4o-mini" },
      { provider: "mock", model: "gpt-4o" },
    ],
  };
  await gateway.api("POST", "/api/governance/routing-rules", rule);
  const row = async () => {
    await gateway.call("mock/then");
    const { logs } = await gateway.api<{ logs: { id: string }[] }>("GET", "/api/logs?routing_rule_ids=past");
    return logs[0]?.id ?? "";
  };
  await expect.poll(row, { timeout: 60_000 }).not.toBe("");
  const id = await row();
  await gateway.api("DELETE", "/api/governance/routing-rules/past");
  await visit.go(`/ui/calls?open=${id}`, "Calls");
  await page.getByRole("dialog").getByRole("link", { name: "Explain its routing" }).click();
  const then = page.getByRole("region", { name: "As it was recorded" });
  await then.getByText("the one that was least busy").waitFor();
  await then.getByText("mock/then").waitFor();
  await then.getByRole("row", { name: /1 mock\/gpt-4o.* of its slots in use ready/ }).waitFor();
  const now = page.getByRole("region", { name: "As it would be now" });
  await now.getByText("No rule chooses").waitFor();
  await now.getByRole("cell", { name: "mock/then" }).waitFor();
  await now.getByText("its headers, but for the session").waitFor();
  await visit.isFine();
  await page.getByLabel("Id of a call, or of its request").fill("nothing-has-this-id");
  await page.getByRole("button", { name: "Explain" }).click();
  await page.getByText("There is no such thing.").waitFor();
  await visit.isFine();
});

it("the playground streams answers side by side, and stops", async () => {
  const { page } = visit;
  await visit.go("/ui/playground", "Playground");
  await page.getByRole("button", { name: "Compare with another" }).click();
  await page.getByLabel("Model 2").fill("mock/gpt-4o-mini");
  await page.getByLabel("Prompt").fill("ping <img src=x onerror=alert(1)>");
  await page.getByRole("button", { name: /^Run/ }).click();
  await page.locator("[data-answer=ended]").nth(1).waitFor();
  for (const answer of await page.locator("[data-answer=ended]").all()) {
    expect(await answer.textContent()).toContain("ping <img src=x onerror=alert(1)>");
  }
  expect(await page.locator("img").count()).toBe(0);
  await page.getByLabel("Further fields").fill("{no");
  expect(await page.getByRole("button", { name: /^Run/ }).isDisabled()).toBe(true);
  await visit.isFine();
});

it("settings are a form of their schema, and saved as a revision", async () => {
  const { page } = visit;
  await visit.go("/ui/settings?section=client", "Settings");
  await page.getByLabel("Set another field of client", { exact: true }).selectOption("max_request_body_size_mb");
  await page.getByRole("spinbutton", { name: "max_request_body_size_mb" }).fill("-1");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("spinbutton", { name: "max_request_body_size_mb" }).fill("50");
  await page.getByRole("table", { name: "What has changed" }).getByText("50").waitFor();
  await page.getByText("As YAML").click();
  await page.getByRole("region", { name: "As YAML" }).waitFor();
  await visit.isFine();
  await page.getByRole("button", { name: "Save" }).click();
  await page
    .getByText(/Saved as revision/)
    .first()
    .waitFor();
  const { config } = await gateway.api<{ config: { client: unknown } }>("GET", "/api/config");
  expect(config.client).toMatchObject({ max_request_body_size_mb: 50 });
});

it("a token is made and shown once, and a person may be shut out", async () => {
  const { page } = visit;
  await visit.go("/ui/people", "Users");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByLabel("Name").fill("CI");
  await page.getByRole("button", { name: "Save" }).click();
  expect(await page.getByRole("dialog").locator("pre").textContent()).toMatch(/^asbru_/);
  await page.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("row", { name: /CI/ }).waitFor();
  await page.getByRole("button", { name: "Add a person" }).click();
  await page.getByLabel("Name").fill("ann");
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /ann/ }).getByRole("button", { name: "Shut out" }).click();
  await page.getByRole("row", { name: /ann/ }).getByRole("button", { name: "Let in" }).waitFor();
  await visit.isFine();
});

it.each([
  ["/ui/models", "Models"],
  ["/ui/limits", "Limits"],
  ["/ui/alerts", "Alerts"],
  ["/ui/mcp", "MCP"],
  ["/ui/plugins", "Plugins"],
  ["/ui/guardrails", "Guardrails"],
  ["/ui/prompts", "Prompts"],
])("%s is drawn without a fault", async (path, heading) => {
  await visit.go(path, heading);
  await visit.page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
  await visit.isFine();
});

it("a page that there is not says so", async () => {
  await visit.go("/ui/nowhere", "There is no such page");
  await visit.isFine();
});
