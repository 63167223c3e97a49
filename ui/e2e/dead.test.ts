import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Route } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DeadEventsOutputBody, DeadWebhooksOutputBody, PluginStatus } from "../src/api/operations";
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

const before = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

/** Answers for the server: what a provider, a plugin or a receiver does in a day is not waited for. */
function answer<T>(body: () => T): (route: Route) => Promise<void> {
  return (route) => route.fulfill({ json: body() });
}

it("how a plugin does is told by node: where it has crashed, since when it is left out", async () => {
  const { page } = visit;
  await gateway.api("POST", "/api/plugins?wait=applied", {
    name: "mocker",
    config: { rules: [{ name: "all", responses: [{ type: "success", content: { message: "from the plugin" } }] }] },
  });
  await visit.go("/ui/plugins", "Plugins");
  await page
    .getByRole("row", { name: /mocker/ })
    .getByRole("button", { name: "By node" })
    .click();
  const sheet = page.getByRole("dialog", { name: "How mocker does" });
  await sheet.getByRole("table", { name: "By node" }).getByText("Works").waitFor();
  await sheet.getByText("It has taken all events").waitFor();
  await visit.isFine();

  const isolated: PluginStatus = {
    status: "isolated",
    calls: 900,
    errors: 12,
    p99_ms: 4,
    nodes: [
      { node: "edge-1", status: "active", calls: 450, errors: 0, p99_ms: 2 },
      {
        node: "edge-2",
        status: "isolated",
        calls: 450,
        errors: 12,
        p99_ms: 4,
        isolated_since: before(120),
        isolated_until: before(-60),
        last_error: "panic: <b>nil</b>",
        last_error_at: before(120),
      },
    ],
    subscription: { taken: 7, pending: 3, unanswered: 1, retried: 2, given_up: 1 },
  };
  await page.route(
    "**/api/plugins/mocker/status",
    answer(() => isolated),
  );
  const crashed = sheet.getByRole("row", { name: /edge-2/ });
  await crashed.getByText("crashed: left out since 2 minutes ago, tried again in").waitFor();
  await crashed.getByText("panic: <b>nil</b>").waitFor();
  await sheet.getByText("Waiting to be told").waitFor();
  await visit.isFine();
});

it("events that a plugin has not taken are told again, or forgotten once their number is typed", async () => {
  const { page } = visit;
  let refuses = true;
  const receiver = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(refuses ? 200 : 204, { "Content-Type": "application/json" });
      response.end(refuses ? '{"action": "refuse"}' : "");
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  await gateway.api("POST", "/api/plugins?wait=applied", {
    name: "billing",
    kind: "http",
    allow_private_network: true,
    config: {
      url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
      points: ["on_cluster_event"],
      events: ["config"],
    },
  });
  await visit.go("/ui/plugins?nodes=billing", "Plugins");
  const table = page.getByRole("table", { name: "Events that were given up" });
  const letters = async () =>
    (await gateway.api<DeadEventsOutputBody>("GET", "/api/plugins/billing/dead")).letters?.length ?? 0;
  // It is told of what happens from when it is first in force.
  let of = "all";
  await expect
    .poll(
      async () => {
        of = of === "all" ? "off" : "all";
        await gateway.api("PATCH", "/api/config?wait=applied", { logs: { bodies: of } });
        return letters();
      },
      { timeout: 60_000, interval: 1_000 },
    )
    .toBeGreaterThan(1);
  await table.getByText("config", { exact: true }).first().click();
  await table.getByText('"revision"').first().waitFor();
  await visit.isFine();
  refuses = false;
  const before = await letters();
  await table.getByRole("button", { name: "Tell it again" }).first().click();
  await page.getByText("It has taken them").first().waitFor();
  expect(await letters()).toBe(before - 1);
  await table.getByRole("button", { name: "Forget" }).last().click();
  const confirm = page.getByRole("dialog", { name: "Forget events" });
  await confirm.getByText("1 event is gone for good").waitFor();
  const field = confirm.getByLabel(/^Type \d+ to go on$/);
  await field.fill((await confirm.getByText(/^Type \d+ to go on$/).textContent())?.replace(/\D/g, "") ?? "");
  await confirm.getByRole("button", { name: "Forget" }).click();
  await expect.poll(letters).toBe(before - 2);
  receiver.closeAllConnections();
  receiver.close();
});

it("webhooks that were given up are delivered after all or forgotten, and what verifies them is shown", async () => {
  const { page } = visit;
  await visit.go("/ui/alerts", "Alerts");
  await page.getByText("None: each webhook of an alert").waitFor();
  await page.getByRole("button", { name: "Signing secret" }).click();
  await page
    .getByRole("region", { name: "Signing secret" })
    .getByText(/^whsec_/)
    .waitFor();
  await visit.isFine();
  await page.keyboard.press("Escape");

  const webhooks: DeadWebhooksOutputBody = {
    webhooks: ["msg_1", "msg_2"].map((id, sequence) => ({
      id,
      sequence,
      host: "hooks.example.com",
      reason: "it answered 500",
      bytes: 2_048,
      since: before(86_400),
    })),
  };
  const gone = (id: string) => {
    webhooks.webhooks = webhooks.webhooks?.filter((h) => h.id !== id) ?? [];
    return { id, status: "queued" };
  };
  await page.route(
    /\/api\/webhooks\/dead(\?|$)/,
    answer(() => webhooks),
  );
  await page.route(
    "**/api/webhooks/dead/msg_1/retry",
    answer(() => gone("msg_1")),
  );
  await page.route(
    "**/api/webhooks/dead/msg_2",
    answer(() => gone("msg_2")),
  );
  await visit.go("/ui/alerts", "Alerts");
  const table = page.getByRole("table", { name: "Webhooks that were given up" });
  await table.getByRole("row", { name: /yesterday hooks.example.com it answered 500 msg_1 2.0 KiB/ }).waitFor();
  await visit.isFine();
  await table.getByRole("button", { name: "Deliver after all" }).first().click();
  await expect.poll(() => table.getByRole("row").count()).toBe(2);
  await table.getByRole("button", { name: "Forget" }).click();
  const confirm = page.getByRole("dialog", { name: "Forget a webhook" });
  await confirm.getByLabel("Type msg_2 to go on").fill("msg_2");
  await confirm.getByRole("button", { name: "Forget" }).click();
  await page.getByText("None: each webhook of an alert").waitFor();
});
