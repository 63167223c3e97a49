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

  await row.getByRole("button", { name: "Sign out" }).click();
  await row.getByRole("button", { name: "Sign in", exact: true }).waitFor();
});
