import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;

beforeAll(async () => {
  const configuration =
    "client: {max_request_body_size_mb: 40}\nproviders: {mock: {}}\nserver: {max_connections: 5000}\n";
  [gateway, browser] = await Promise.all([Gateway.start(configuration, ["--config-locked"]), launch()]);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("each setting says where it comes from, and what the file sets is locked and names it", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await visit.signIn("/ui/settings?section=client");
  const owned = page.getByRole("spinbutton", { name: "max_request_body_size_mb" });
  await owned.waitFor();
  expect(await owned.isDisabled()).toBe(true);
  await page.getByText(/From \/.*asbru\.yaml\. Locked: it is changed in \/.*asbru\.yaml\./).waitFor();
  await page.locator("summary", { hasText: "settings have their defaults" }).click();
  await page.getByRole("cell", { name: "client.metrics_models_max" }).waitFor();

  await page.getByLabel("Set another field of client", { exact: true }).selectOption("metrics_models_max");
  await page.getByRole("spinbutton", { name: "metrics_models_max" }).fill("7");
  await page.getByText("The default.").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/Changed here, in revision \d+ by /).waitFor();
  await visit.isFine();

  await expect(gateway.api("PATCH", "/api/config", { client: { max_request_body_size_mb: 41 } })).rejects.toThrow(
    "set_by_file",
  );

  await visit.go("/ui/settings?section=server", "Settings");
  const started = page.getByRole("spinbutton", { name: "max_connections" });
  await started.waitFor();
  expect(await started.isDisabled()).toBe(true);
  await page.getByText(/from the file or the flags that it is started with/).waitFor();
  expect(await page.getByRole("button", { name: "Save" }).count()).toBe(0);
  await visit.isFine();
  await visit.close();
});
