import type { Browser } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";
import { Guarded } from "./guarded";

let gateway: Gateway;
let browser: Browser;
let server: Guarded;
let visit: Visit;

beforeAll(async () => {
  [gateway, browser, server] = await Promise.all([Gateway.start(), launch(), Guarded.start()]);
  visit = await Visit.open(browser, gateway, "light");
  await visit.signIn();
});
afterAll(async () => {
  await browser?.close();
  server?.stop();
  await gateway?.remove();
});

it("the gateway signs in at a server that asks for it, and out", async () => {
  const { page } = visit;
  await gateway.api("POST", "/api/mcp/client?wait=applied", {
    name: "files",
    connection_type: "http",
    connection_string: `${server.url}/mcp`,
    auth_type: "oauth",
    allow_private_networks: true,
    tools_to_execute: ["*"],
  });
  await visit.go("/ui/mcp", "MCP");
  const row = page.getByRole("row", { name: /files/ }).first();
  await row.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("The gateway is signed in at files.").waitFor();
  await page.getByText("files-add").waitFor();
  await row.getByText("1 of 1 tool offered").waitFor(); // by the one node
  await visit.isFine();

  await gateway.api("PATCH", "/api/config?wait=applied", { logs: { bodies: "all" } });
  await gateway.api("POST", "/v1/mcp/tool/execute", {
    id: "call_1",
    type: "function",
    function: { name: "files-add", arguments: "{}" },
  });
  await page.getByRole("button", { name: "Calls", exact: true }).click();
  const calls = page.getByRole("grid", { name: "Calls of tools" });
  await calls.getByRole("row", { name: /add/ }).click();
  const sheet = page.getByRole("dialog", { name: "Call of a tool" });
  await sheet.getByRole("region", { name: "Result" }).getByText("u003cb").waitFor(); // as it was kept
  await visit.isFine();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "files · add" }).click();
  await page.waitForURL(/tool=add/);
  await page.getByLabel("Words given or said").fill("nobody-said-this");
  await page.getByRole("button", { name: "Find" }).click();
  await page.getByText("No call of a tool is in this time").waitFor();

  const made = await gateway.api<{ virtual_key: { id: string } }>("POST", "/api/governance/virtual-keys?wait=applied", {
    name: "no-tools",
    mcp_configs: [{ mcp_client_name: "files", tools_to_execute: [] }],
  });
  await gateway.api("POST", "/api/governance/virtual-keys?wait=applied", { name: "all-tools" });
  await page.getByRole("button", { name: "Rights" }).click();
  await page.getByRole("row", { name: "all-tools all 1" }).waitFor();
  await page.getByRole("row", { name: "no-tools none" }).waitFor();
  await visit.isFine();
  await page.getByRole("link", { name: "no-tools" }).click();
  await page.waitForURL(new RegExp(`/ui/keys\\?open=${made.virtual_key.id}`));
  await visit.go("/ui/mcp", "MCP");

  await page.getByRole("button", { name: "Run files-add" }).click();
  const run = page.getByRole("dialog", { name: "Run files-add" });
  await run.getByRole("combobox").selectOption("a"); // as a form
  await run.getByLabel("a", { exact: true }).fill("1");
  await run.getByRole("button", { name: "As JSON" }).click();
  await run.getByLabel("Arguments", { exact: true }).fill('{"a": "one"}');
  await run.getByText("a must be: number").waitFor();
  await visit.isFine();
  await run.getByLabel("Arguments", { exact: true }).fill('{"a": 1}');
  await run.getByRole("button", { name: "Run", exact: true }).click();
  await run.getByRole("region", { name: "Result" }).getByText("<b>3</b>").waitFor();
  await visit.isFine();
  await run.getByLabel("Virtual key").fill("sk-bf-nobody");
  await run.getByRole("button", { name: "Run", exact: true }).click();
  await run.getByText("virtual_key_not_found").waitFor();
  await page.keyboard.press("Escape");

  await row.getByRole("button", { name: "Sign out" }).click();
  await row.getByRole("button", { name: "Sign in", exact: true }).waitFor();
});
