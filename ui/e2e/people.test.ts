import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";

let gateway: Gateway;
let browser: Browser;
const ids: Record<string, string> = {};

beforeAll(async () => {
  [gateway, browser] = await Promise.all([Gateway.start(), launch()]);
  await gateway.call("mock/mock");
  for (const role of ["viewer", "operator"]) {
    const { user } = await gateway.api<{ user: { id: string } }>("POST", "/api/users", {
      username: role,
      password: "correct horse",
      role,
    });
    ids[role] = user.id;
  }
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
});

async function enter(page: Page, name: string): Promise<void> {
  const form = page.getByRole("dialog", { name: "Sign in to Asbru" });
  await form.getByText("With name and password").click();
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Password").fill("correct horse");
  await form.getByRole("button", { name: "Sign in" }).click();
}

it("a viewer is offered what a viewer may do", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await page.goto("/ui/providers");
  await enter(page, "viewer");
  await page.getByRole("heading", { level: 1, name: "Providers" }).waitFor();
  expect(await page.getByRole("button", { name: "Add a provider" }).count()).toBe(0);
  expect(await page.getByRole("link", { name: "Users" }).count()).toBe(0);
  await page.goto("/ui/people");
  await page.getByText("not_permitted").first().waitFor();
  await visit.isFine();
  await visit.close();
});

it("when a session ends, what was typed is still there after the next sign-in", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await page.goto("/ui/keys");
  await enter(page, "operator");
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("half typed");
  await gateway.api("DELETE", `/api/session/sessions?user_id=${ids.operator}`);
  await page.getByRole("dialog").getByRole("button", { name: "Make a key" }).click();
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  await enter(page, "operator");
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor({ state: "detached" });
  expect(await page.getByRole("dialog").getByLabel("Name", { exact: true }).inputValue()).toBe("half typed");
  await page.getByRole("dialog").getByRole("button", { name: "Make a key" }).click();
  await page.getByText("It is shown this once").waitFor();
  await visit.close();
});

it("who signs out is out", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await page.goto("/ui/");
  await enter(page, "viewer");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.getByRole("button", { name: "viewer" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Asbru" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in to Asbru" }).waitFor();
  await visit.close();
});
