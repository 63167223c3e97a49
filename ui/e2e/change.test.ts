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

it("of two who edit the same rule the second sees what it was and what each has made of it", async () => {
  const { page } = visit;
  const target = { provider: "mock", model: "m", weight: 1 };
  const { rule } = await gateway.api<{ rule: { id: string } }>("POST", "/api/governance/routing-rules", {
    name: "both",
    priority: 1,
    cel_expression: "true",
    targets: [target],
  });
  await visit.go("/ui/routing", "Routing");
  await page.getByRole("row", { name: /both/ }).getByRole("button", { name: "Edit" }).click();
  await page.getByRole("spinbutton", { name: "priority" }).fill("7");
  await gateway.api("PUT", `/api/governance/routing-rules/${rule.id}`, { priority: 5, cel_expression: "false" });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Somebody has changed this in the meantime.").waitFor();
  const row = page.getByRole("row", { name: /priority/ });
  expect((await row.getByRole("cell").allTextContents()).slice(1)).toEqual(["1", "5", "7"]);
  await visit.isFine();
  await page.getByRole("button", { name: "Make my changes, too" }).click();
  await page.getByRole("row", { name: /both/ }).getByRole("cell", { name: "7", exact: true }).waitFor();
  await page.getByRole("row", { name: /both/ }).getByText("false").waitFor();
});

it("a setting that is being written survives what somebody else sets", async () => {
  const { page } = visit;
  await visit.go("/ui/settings?section=logs", "Settings");
  await page.getByLabel("Set another field of logs", { exact: true }).selectOption("max_body_bytes");
  await page.getByRole("spinbutton", { name: "max_body_bytes" }).fill("1024");
  await gateway.api("PATCH", "/api/config?wait=applied", { logs: { bodies: "errors" } });
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("You have changed different things").waitFor();
  await visit.isFine();
  await page.getByRole("button", { name: "Make my changes, too" }).click();
  await page
    .getByText(/Saved as revision/)
    .first()
    .waitFor();
  const { config } = await gateway.api<{ config: { logs: unknown } }>("GET", "/api/config");
  expect(config.logs).toMatchObject({ bodies: "errors", max_body_bytes: 1024 });
});

it("the cache says how to turn it on, what it saves, and forgets", async () => {
  const { page } = visit;
  await visit.go("/ui/cache", "Cache");
  await page.getByText("switched off").waitFor();
  await visit.isFine();
  await gateway.api("PATCH", "/api/config?wait=applied", { cache: { enabled: true } });
  const missed = await gateway.call("mock/kept", "again");
  await gateway.call("mock/kept", "again");
  await page.getByText("50%: 1 of 2 calls").waitFor();
  await page.getByLabel("Request id").fill(missed);
  await page.getByRole("button", { name: "Look" }).click();
  await page.getByText("nobody had asked just this").waitFor();
  await visit.isFine();
  await page.getByLabel("Model", { exact: true }).fill("mock/kept");
  await page.getByRole("button", { name: "Forget answers" }).click();
  await page.getByRole("dialog").getByText("the answers of mock/kept").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Forget answers" }).click();
  await page.getByText("Every node was told").first().waitFor();
});

it("a plugin is tried on a sample, and says how it does", async () => {
  const { page } = visit;
  await gateway.api("POST", "/api/plugins?wait=applied", {
    name: "mocker",
    config: { rules: [{ name: "all", responses: [{ type: "success", content: { message: "from the plugin" } }] }] },
  });
  await visit.go("/ui/plugins", "Plugins");
  await page
    .getByRole("row", { name: /mocker/ })
    .getByText("Works")
    .waitFor();
  await page
    .getByRole("row", { name: /mocker/ })
    .getByRole("button", { name: "Try" })
    .click();
  await page.getByLabel("Request").fill("{");
  expect(await page.getByRole("button", { name: "Try it" }).isDisabled()).toBe(true);
  await page.getByLabel("Request").fill("");
  await page.getByRole("button", { name: "Try it" }).click();
  await page.getByText("Answered itself").waitFor();
  await visit.isFine();
  await page.getByRole("button", { name: "Close" }).click();
  await page
    .getByRole("row", { name: /mocker/ })
    .getByRole("button", { name: "Upgrade" })
    .click();
  await page.getByRole("dialog").getByLabel("Of its calls, in percent").waitFor();
  await visit.isFine();
});

it("an artefact is kept for plugins, found by its digest, and removed", async () => {
  const { page } = visit;
  await visit.go("/ui/plugins", "Plugins");
  await page.getByLabel("File").setInputFiles({
    name: "words.wasm",
    mimeType: "application/wasm",
    buffer: Buffer.from("not yet a module"),
  });
  await page.getByRole("button", { name: "Keep it" }).click();
  await page.getByRole("alert").getByText("query.signature").waitFor();
  await gateway.api("PATCH", "/api/config", { plugin_artefacts: { allow_unsigned: true } });
  await page.getByRole("button", { name: "Keep it" }).click();
  const row = page.getByRole("row", { name: /words\.wasm/ });
  await row.getByText("nobody").waitFor();
  await visit.isFine();
  const { artefacts } = await gateway.api<{ artefacts: { name: string; size: number }[] }>(
    "GET",
    "/api/plugins/artefacts",
  );
  expect(artefacts).toMatchObject([{ name: "words.wasm", size: 16 }]);
  await row.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("textbox").fill("words.wasm");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await row.waitFor({ state: "detached" });
});
