import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";
import { Guarded } from "./guarded";

let gateway: Gateway;
let browser: Browser;
let server: Guarded;
let visit: Visit;

/** How many calls of tools the log has. */
async function logged(): Promise<number> {
  return (await gateway.api<{ logs: unknown[] | null }>("GET", "/api/mcp-logs")).logs?.length ?? 0;
}

async function run(): Promise<void> {
  await gateway.api("POST", "/v1/mcp/tool/execute", {
    id: "call_1",
    type: "function",
    function: { name: "files-add", arguments: "{}" },
  });
}

beforeAll(async () => {
  [gateway, browser, server] = await Promise.all([Gateway.start(), launch(), Guarded.start()]);
  await gateway.api("POST", "/api/mcp/client?wait=applied", {
    name: "files",
    connection_type: "http",
    connection_string: `${server.url}/mcp`,
    auth_type: "headers",
    headers: { Authorization: "Bearer open" },
    allow_private_networks: true,
    tools_to_execute: ["*"],
  });
  visit = await Visit.open(browser, gateway);
  await visit.signIn("/ui/mcp");
  await visit.page.getByText("files-add").first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  server?.stop();
  await gateway?.remove();
});

it("calls of tools are drawn over time, and filtered by what there is", async () => {
  const { page } = visit;
  for (let i = 0; i < 3; i++) await run();
  await expect.poll(logged).toBe(3);
  await page.getByRole("button", { name: "Calls", exact: true }).click();
  await page.getByRole("img", { name: "Calls of tools over time" }).waitFor();
  await page.getByRole("img", { name: "Their cost over time" }).waitFor();
  await page.getByText("As a table").first().click();
  const counts = page.getByRole("table", { name: "Calls of tools over time" });
  await counts.getByRole("row").nth(1).waitFor();
  await visit.isFine();

  await page.getByLabel("Tool", { exact: true }).selectOption("add");
  await page.waitForURL(/tool=add/);
  await page.getByRole("grid").getByRole("row", { name: /add/ }).nth(2).waitFor();
  await page.getByLabel("Outcome").selectOption("Failed");
  await page.getByText("No call of a tool is in this time").waitFor();
  await page.getByLabel("Outcome").selectOption("Any");
  await page.getByRole("grid").getByRole("row", { name: /add/ }).first().waitFor();
  // Drawing over a chart chooses that time.
  const chart = page.getByRole("img", { name: "Calls of tools over time" });
  const box = await chart.boundingBox();
  if (!box) throw new Error("there is no chart");
  await page.mouse.move(box.x + box.width * 0.2, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
  await page.mouse.up();
  await page.waitForURL(/from=20/);
});

it("the calls of tools that a filter finds are deleted, once their number is typed", async () => {
  const { page } = visit;
  await visit.go("/ui/mcp?tab=calls&tool=add", "MCP");
  await page.getByRole("button", { name: "Delete these" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete calls of tools" });
  await dialog.getByLabel("Type 3 to go on").fill("3");
  await visit.isFine();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await page.getByText("No call of a tool is in this time").waitFor();
  expect(await logged()).toBe(0);
});
