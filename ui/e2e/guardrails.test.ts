import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
  await gateway.api("PATCH", "/api/config?wait=applied", {
    logs: { bodies: "all" },
    guardrails: {
      rules: [
        { id: "personal-data", checks: [{ type: "pii" }] },
        { id: "secret", checks: [{ type: "words", words: ["falcon"] }] },
        { id: "off", enabled: false, checks: [{ type: "words", words: ["sparrow"] }] },
      ],
    },
  });
  visit = await Visit.open(browser, gateway);
  await visit.signIn("/ui/guardrails");
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

it("what guardrails have found is counted, and leads to the calls", async () => {
  const { page } = visit;
  await visit.go("/ui/guardrails", "Guardrails");
  await page.getByText("In the calls of this time nothing was found.").waitFor();
  // What is refused before a provider is asked leaves a row where its caller is known.
  const { virtual_key: key } = await gateway.api<{ virtual_key: { value: string } }>(
    "POST",
    "/api/governance/virtual-keys?wait=applied",
    { name: "anybody" },
  );
  const caller = { "x-bf-vk": key.value };
  await gateway.call("mock/m", "write to ann@example.com", caller);
  await gateway.call("mock/m", "write to bob@example.com", caller);
  await gateway.call("mock/m", "the falcon flies", caller);
  await page.getByText("In 3 of the calls of this time something was found; 1 of them were refused").waitFor();
  const found = page.getByRole("table", { name: "What they have found" });
  await found.getByRole("row", { name: /personal-data pii .*redacted 2/ }).waitFor();
  await page
    .getByRole("table", { name: "Guardrails" })
    .getByRole("row", { name: /secret .*refused 1/ })
    .waitFor();
  await visit.isFine();
  await found
    .getByRole("row", { name: /secret/ })
    .getByRole("link")
    .click();
  await page.getByRole("heading", { level: 1, name: "Calls" }).waitFor();
  expect(new URL(page.url()).searchParams.get("mark")).toBe("guardrail:secret/words=refuse");
  await page.getByText("1 call", { exact: true }).waitFor();
});

it("a guardrail is tried on a text, all that are on on a call of the log", async () => {
  const { page } = visit;
  const dialog = page.getByRole("dialog");
  await visit.go("/ui/guardrails", "Guardrails");
  await page
    .getByRole("row", { name: /personal-data/ })
    .first()
    .getByRole("button", { name: "Try" })
    .click();
  expect(await dialog.getByRole("button", { name: "Have them look" }).isDisabled()).toBe(true);
  await dialog.getByLabel("What a user says").fill("write to ann@example.com");
  await dialog.getByLabel("What a model answers").fill("I have written to [EMAIL_1].");
  await dialog.getByRole("button", { name: "Have them look" }).click();
  await dialog.getByRole("row", { name: /personal-data pii the request .*redacted 1 × email/ }).waitFor();
  await dialog.getByText("write to [EMAIL_1]").waitFor();
  await dialog.getByText("I have written to ann@example.com.").waitFor();
  await visit.isFine();
  await page.keyboard.press("Escape");

  const said = "the sparrow flies";
  const id = await gateway.call("mock/m", said);
  const logged = async () =>
    (await gateway.api<{ logs: { id: string }[] | null }>("GET", `/api/logs?request_id=${id}`)).logs ?? [];
  await expect.poll(async () => (await logged()).length).toBe(1);
  const row = (await logged())[0]?.id ?? "";
  await expect
    .poll(async () => (await gateway.api<{ content?: unknown }>("GET", `/api/logs/${row}`)).content)
    .toBeTruthy();
  await page.getByRole("button", { name: "Try all that are on" }).click();
  await dialog.getByLabel("Id of a call of the log").fill("nothing");
  await dialog.getByRole("button", { name: "Take what was asked" }).click();
  await expect.poll(() => dialog.getByLabel("Id of a call of the log").getAttribute("aria-invalid")).toBe("true");
  await dialog.getByLabel("Id of a call of the log").fill(row);
  await dialog.getByRole("button", { name: "Take what was asked" }).click();
  await dialog.getByText(said).first().waitFor();
  await dialog.getByRole("button", { name: "Have them look" }).click();
  await dialog.getByText("Nothing was found.").waitFor();
  await page.keyboard.press("Escape");

  // One that is off can be tried, too.
  await page.getByRole("row", { name: /^off/ }).getByRole("button", { name: "Try" }).click();
  await dialog.getByLabel("Id of a call of the log").fill(row);
  await dialog.getByRole("button", { name: "Take what was asked" }).click();
  await dialog.getByText(said).first().waitFor();
  await dialog.getByRole("button", { name: "Have them look" }).click();
  await dialog.getByText(/guardrail_blocked/).waitFor();
  expect(await dialog.getByRole("table", { name: "Verdicts" }).getByRole("row").count()).toBe(2); // with its head
  await visit.isFine();
});
