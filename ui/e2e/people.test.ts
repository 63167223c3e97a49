import type { Browser } from "playwright-core";
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

it("a viewer is offered what a viewer may do", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await page.goto("/ui/providers");
  await visit.enter("viewer");
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
  await visit.enter("operator");
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByLabel("Name", { exact: true }).fill("half typed");
  await gateway.api("DELETE", `/api/session/sessions?user_id=${ids.operator}`);
  await page.getByRole("dialog").getByRole("button", { name: "Make a key" }).click();
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  await visit.enter("operator");
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor({ state: "detached" });
  expect(await page.getByRole("dialog").getByLabel("Name", { exact: true }).inputValue()).toBe("half typed");
  await page.getByRole("dialog").getByRole("button", { name: "Make a key" }).click();
  await page.getByText("It is shown this once").waitFor();
  await visit.close();
});

it("wherever a session ends, the sign-in comes, and leads back to where one was", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await page.goto("/ui/calls?models=mock&status=success");
  await visit.enter("operator");
  const rail = page.getByRole("navigation", { name: "Pages" });
  await rail.waitFor();
  for (const link of await rail.getByRole("link").all()) {
    const title = (await link.textContent()) ?? "";
    await gateway.api("DELETE", `/api/session/sessions?user_id=${ids.operator}`);
    // What the page asks by itself may have brought the sign-in already, over the link.
    await link.evaluate((a: HTMLElement) => a.click());
    const there = page.url();
    // Of pages that ask nothing of the admin API it is seen when one comes back to them.
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
    await visit.enter("operator");
    expect(page.url(), title).toBe(there);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.getByRole("main").getByText("session_required").count(), title).toBe(0);
  }
  await page.goto("/ui/calls?models=mock&status=success");
  await page.getByRole("row", { name: /mock/ }).click();
  await gateway.api("DELETE", `/api/session/sessions?user_id=${ids.operator}`);
  await page.reload();
  await visit.enter("operator");
  await page.getByRole("dialog").getByText("Where the time went").first().waitFor();
  expect(page.url()).toContain("models=mock&status=success");
  await visit.close();
});

it("one sees where one is signed in, and changes one's password; an administrator ends anybody's session", async () => {
  await gateway.api("POST", "/api/users", { username: "elsewhere", password: "correct horse", role: "viewer" });
  const visit = await Visit.open(browser, gateway);
  const dialog = visit.page.getByRole("dialog");
  await visit.page.goto("/ui/");
  await visit.enter("elsewhere");
  await visit.page.getByRole("button", { name: "elsewhere" }).click();
  await visit.page.getByRole("menuitem", { name: "Sessions and password" }).click();
  await dialog.getByRole("row", { name: /here/ }).waitFor();
  await dialog.getByText("Change the password").first().click();
  await dialog.getByLabel("The one that it is").fill("correct horse");
  await dialog.getByLabel("The new one").fill("battery staple");
  await visit.isFine();
  await dialog.getByRole("button", { name: "Change the password" }).click();
  await visit.page.getByText("The password is changed").waitFor();

  const admin = await Visit.open(browser, gateway);
  await admin.signIn();
  await admin.go("/ui/people", "Users");
  const row = admin.page.getByRole("row", { name: /elsewhere/ });
  await row.getByRole("button", { name: "Sessions" }).click();
  await admin.page.getByRole("dialog").getByRole("button", { name: "Sign out", exact: true }).click();
  await admin.page.getByText("Nowhere.").waitFor();
  await admin.isFine();
  await visit.page.reload();
  await visit.enter("elsewhere", "battery staple");
  await Promise.all([visit.close(), admin.close()]);
});

it("who signs out is out", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await page.goto("/ui/");
  await visit.enter("viewer");
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  await page.getByRole("button", { name: "viewer" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to Asbru" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in to Asbru" }).waitFor();
  await visit.close();
});
