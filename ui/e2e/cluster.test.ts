import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Cluster } from "./cluster";
import { Guarded } from "./guarded";

let cluster: Cluster;
let browser: Browser;
let visit: Visit;
let server: Guarded;

beforeAll(async () => {
  [cluster, browser, server] = await Promise.all([Cluster.start(), launch(), Guarded.start()]);
  visit = await Visit.open(browser, cluster);
});
afterAll(async () => {
  await browser?.close();
  server?.stop();
  await cluster?.remove();
});

it("beside a control a new user comes to the first answered call, too, which an edge makes", async () => {
  const { page } = visit;
  await visit.signIn();
  await page.getByRole("heading", { level: 1, name: "The first call" }).waitFor();
  await page.getByText("can be called, of mock").waitFor();
  await page.getByText("This is the control of a cluster").waitFor();
  await visit.isFine(); // with the first call this page makes way for the overview, some moments later
  await page.getByLabel("What to ask").fill("ping <b>pong</b>");
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator("[data-answer]").getByText("ping <b>pong</b>").waitFor();
  expect(await page.locator("pre").first().textContent()).toContain(`curl ${cluster.edge}/v1/chat/completions`);
  await page.getByRole("link", { name: "Look at this call" }).click();
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  await page.getByRole("row").nth(1).click();
  await page.getByRole("dialog").getByText("Where the time went").first().waitFor();
});

it("beside a control the playground has an edge make its calls", async () => {
  const { page } = visit;
  await visit.go("/ui/playground", "Playground");
  await page.getByText("An edge of the cluster makes the calls").waitFor();
  await page.getByLabel("Prompt").fill("ping pong");
  await page.getByRole("button", { name: /^Run/ }).click();
  await page.locator("[data-answer=ended]").getByText("ping pong").waitFor();
  // The edge streams the answer, and control hands it on: the time of the first piece is told.
  await page.locator("[data-answer=ended]").getByText("first").waitFor();
  await page.getByLabel("Virtual key").fill("sk-bf-nobody");
  await page.getByRole("button", { name: /^Run/ }).click();
  await page.getByRole("region", { name: "Answer 1" }).getByText("virtual_key_not_found").waitFor();
  await visit.isFine();
});
it("beside a control an edge runs the tools of MCP servers, and the audit says which", async () => {
  const { page } = visit;
  const made = await fetch(`${cluster.url}/api/mcp/client?wait=applied`, {
    method: "POST",
    headers: { Authorization: `Bearer ${cluster.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      name: "files",
      connection_type: "http",
      connection_string: `${server.url}/mcp`,
      headers: { Authorization: "Bearer open" },
      allow_private_networks: true,
      tools_to_execute: ["*"],
    }),
  });
  expect(made.ok).toBe(true);
  await visit.go("/ui/mcp", "MCP");
  await page.getByText("1 of 1 tool offered").waitFor(); // by the edge
  await page.getByRole("button", { name: "Run files-add" }).click();
  const run = page.getByRole("dialog", { name: "Run files-add" });
  await run.getByRole("button", { name: "Run", exact: true }).click();
  await run.getByRole("region", { name: "Result" }).getByText("<b>3</b>").waitFor();
  await visit.isFine();
  await page.keyboard.press("Escape");
  const audit = await fetch(`${cluster.url}/api/audit?operation=test-call&limit=1`, {
    headers: { Authorization: `Bearer ${cluster.token}` },
  });
  expect(JSON.stringify(await audit.json())).toContain("files-add");
});

it("a profile of the control is taken, and that is in the audit", async () => {
  const { page } = visit;
  await visit.go("/ui/cluster", "Cluster");
  await page.getByRole("link", { name: "Profiles" }).click();
  await page.getByRole("heading", { level: 1, name: "Profiles" }).waitFor();
  await page.getByText("Memory in use").waitFor();
  await visit.isFine();
  for (const [button, file] of [
    ["Memory", "heap.pb.gz"],
    ["Goroutines as text", "goroutines.txt"],
  ] as const) {
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button, exact: true }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe(file);
  }
  await visit.go("/ui/audit", "Audit");
  await page.getByText("get-profile").first().waitFor();
});
