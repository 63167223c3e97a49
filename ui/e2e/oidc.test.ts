import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, Visit } from "./browser";
import { Gateway } from "./gateway";
import { Issuer } from "./issuer";

let gateway: Gateway;
let browser: Browser;
let issuer: Issuer;

beforeAll(async () => {
  [gateway, browser, issuer] = await Promise.all([Gateway.start(), launch(), Issuer.start()]);
  await gateway.call("mock/mock");
  await configure({ redirect_url: `${gateway.url}/api/session/oidc/callback` });
  issuer.claims = { preferred_username: "ann", groups: ["staff"] };
});
afterAll(async () => {
  await browser?.close();
  await gateway?.remove();
  issuer?.stop();
});

function configure(more: object): Promise<unknown> {
  return gateway.api("PATCH", "/api/config", {
    auth: {
      oidc: {
        issuer: issuer.url,
        client_id: issuer.clientId,
        client_secret: issuer.clientSecret,
        roles: { staff: "operator" },
        ...more,
      },
    },
  });
}

const place = "/ui/calls?models=mock&status=success";
const byProvider = { name: "Sign in with single sign-on" };

it("who signs in at the OpenID provider comes to the page that they wanted, as who they are there", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await page.goto(place);
  await page.getByRole("link", byProvider).waitFor();
  await visit.isFine();
  await page.getByRole("link", byProvider).click();
  await page.getByRole("row", { name: /mock/ }).waitFor();
  expect(page.url()).toBe(gateway.url + place);
  await page.getByRole("button", { name: "ann" }).waitFor();
  expect(await page.getByRole("link", { name: "Users" }).count()).toBe(0); // that is for administrators

  const { users } = await gateway.api<{ users: { id: string; username: string; issuer: string }[] }>(
    "GET",
    "/api/users",
  );
  const ann = users.find((user) => user.username === "ann");
  expect(ann?.issuer).toBe(issuer.url);
  await gateway.api("DELETE", `/api/session/sessions?user_id=${ann?.id}`);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
  await page.getByRole("link", byProvider).click();
  await page.getByRole("row", { name: /mock/ }).waitFor();
  expect(page.url()).toBe(gateway.url + place);
  await visit.close();
});

it("who is refused on the way back reads why, and comes to the sign-in again", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  issuer.claims = { preferred_username: "eve", groups: ["nobody"] };
  await page.goto(place);
  await page.getByRole("link", byProvider).click();
  await page.getByRole("heading", { name: "The sign-in was refused" }).waitFor();
  expect(page.url()).toMatch(/\/api\/session\/oidc\/callback/);
  await page.getByText("None of your groups at the OpenID provider has a role here, or a team.").waitFor();
  await page.getByText("no_role").waitFor();
  await visit.isFine();
  await page.getByRole("link", { name: "Sign in another way" }).click();
  await page.getByLabel("Admin token").waitFor();
  issuer.claims = { preferred_username: "ann", groups: ["staff"] };
  await page.goto("/api/session/oidc/callback?code=x&state=%3Cscript%3E");
  await page.getByText("oidc_not_begun").waitFor();
  await page.getByRole("link", { name: "Try again" }).click();
  await page.getByRole("button", { name: "ann" }).waitFor();
  await visit.close();
});

it("an administrator tries the sign-in step by step, and sees which of them is wrong", async () => {
  const visit = await Visit.open(browser, gateway);
  const { page } = visit;
  await visit.signIn("/ui/people");
  const test = page.getByRole("button", { name: "Try it step by step" });
  const step = (name: string) =>
    page.getByRole("list", { name: "Steps" }).getByRole("listitem").filter({ hasText: name });
  await test.click();
  for (const name of ["Discovery", "Keys", "Client", "Way back"]) await step(name).getByText("holds").waitFor();
  await page.getByLabel("Groups of somebody").fill("staff, others");
  await test.click();
  await step("Role").getByText("They give the role operator.").waitFor();
  await visit.isFine();

  await configure({ client_secret: "another", redirect_url: "https://elsewhere.example/api/session/oidc/callback" });
  await page.getByLabel("Groups of somebody").fill("others");
  await test.click();
  for (const name of ["Client", "Way back", "Role"]) await step(name).getByText("does not").waitFor();
  await step("Client").getByText("invalid_client").waitFor();
  await visit.isFine();
  await visit.close();
});
