import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Cluster } from "./cluster";

let cluster: Cluster;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  const one = { concurrency_and_buffer_size: { concurrency: 1, buffer_size: 100 } };
  [cluster, browser] = await Promise.all([Cluster.start(1, { providers: { mock: one } }), launch()]);
  visit = await Visit.open(browser, cluster);
  await visit.signIn("/ui/cluster");
});
afterAll(async () => {
  await browser?.close();
  await cluster?.remove();
});

/** Makes a call of a model. */
function ask(path: string, model: string): Promise<Response> {
  return fetch(`${cluster.edge}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "ping" }] }),
  });
}

it("what an edge has no slot for is seen to go to a worker", async () => {
  const { page } = visit;
  await visit.go("/ui/cluster", "Cluster");
  const workers = page.getByRole("region", { name: "Workers, with the slots that they use" });
  await workers.getByText("0 taken").waitFor();
  await expect
    .poll(
      async () => {
        await Promise.all([1, 2].map(() => ask("/v1/chat/completions", "mock/mock-slow-1s").then((a) => a.text())));
        return workers.textContent();
      },
      { timeout: 120_000 },
    )
    .not.toContain("0 taken");
  await page
    .getByRole("region", { name: "Edges, with the slots that they use" })
    .getByText(/[1-9]\d* handed over/)
    .waitFor();
  await visit.isFine();
});

it("jobs are listed by their state, looked at, begun anew and cancelled", async () => {
  const { page } = visit;
  const jobs = page.getByRole("table", { name: "Jobs" });
  await page.getByText("There are no jobs.").waitFor();
  const failed = (await (await ask("/v1/async/chat/completions", "mock/mock-status-400")).json()) as { id: string };
  await jobs
    .getByRole("row", { name: /mock-status-400/ })
    .getByText("Failed")
    .waitFor();
  const slow = (await (await ask("/v1/async/chat/completions", "mock/mock-hang")).json()) as { id: string };
  const hanging = jobs.getByRole("row", { name: /mock-hang/ });
  await hanging.getByText("Under way").waitFor();
  await visit.isFine();

  await page.getByRole("button", { name: failed.id }).click();
  const sheet = page.getByRole("dialog", { name: "Job" });
  await sheet.getByText("/v1/chat/completions").waitFor();
  await visit.isFine();
  expect(page.url()).toContain(`job=${failed.id}`);
  await page.keyboard.press("Escape");

  await hanging.getByRole("button", { name: "Cancel the job" }).click();
  await page
    .getByRole("dialog", { name: `Cancel ${slow.id}` })
    .getByRole("button", { name: "Cancel the job" })
    .click();
  await hanging.getByText("Cancelled").waitFor();
  await jobs
    .getByRole("row", { name: /mock-status-400/ })
    .getByRole("button", { name: "Begin anew" })
    .click();
  await page.getByText(`${failed.id} is begun anew`).first().waitFor();
  await page.getByLabel("State").selectOption("Cancelled");
  await jobs.getByRole("row", { name: /mock-status-400/ }).waitFor({ state: "detached" });
  await hanging.waitFor();
});

it("which secret keys nodes have is shown, and how far an exchange has come", async () => {
  const { page } = visit;
  await visit.go("/ui/cluster", "Cluster");
  await page.getByText("Every node has the same one.").waitFor();
  const [before, after] = ["5b1f0c9a77de", "91d3e20b4c5a"];
  await page.route("**/api/cluster/secret-keys", (route) =>
    route.fulfill({
      json: {
        state: "using",
        sealed_with_others: 4,
        keys: [
          { fingerprint: before, used_by: 1, accepted_by: 2 },
          { fingerprint: after, used_by: 1, accepted_by: 2 },
        ],
        nodes: [
          { node: "edge-1", roles: ["edge"], keys: [before, after] },
          { node: "edge-2", roles: ["edge"], keys: [after, before] },
        ],
      },
    }),
  );
  await visit.go("/ui/cluster", "Cluster");
  await page.getByText("not all use the same one").waitFor();
  await page.getByText("4 kept values are sealed with other keys.").waitFor();
  await page.getByRole("row", { name: `edge-2 ${after} ${before}` }).waitFor();
  await visit.isFine();
});
