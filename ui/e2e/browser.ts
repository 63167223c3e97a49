import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const executablePath = process.env.ASBRU_TEST_CHROMIUM ?? "/usr/bin/chromium";

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** Where pages are, and how one enters. */
interface Entrance {
  readonly url: string;
  readonly token: string;
}

/** A page of the UI, which notes what the browser complains about. */
export class Visit {
  readonly complaints: string[] = [];

  private constructor(
    readonly gateway: Entrance,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on("console", (message) => {
      // That a request was refused is told by the page itself.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
        this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
  }

  static async open(browser: Browser, gateway: Entrance, colorScheme: "dark" | "light" = "light"): Promise<Visit> {
    const context = await browser.newContext({
      baseURL: gateway.url,
      colorScheme,
      viewport: { width: 1400, height: 900 },
      reducedMotion: "reduce",
      locale: "en-GB",
      timezoneId: "UTC",
    });
    context.setDefaultTimeout(60_000);
    return new Visit(gateway, context, await context.newPage());
  }

  /** Opens it and signs in with the admin token. */
  async signIn(path = "/"): Promise<void> {
    await this.page.goto(path);
    await this.page.getByLabel("Admin token").fill(this.gateway.token);
    await this.page.getByRole("button", { name: "Enter with the token" }).click();
    await this.page.getByRole("navigation", { name: "Pages" }).waitFor();
  }

  /** Enters name and password where the sign-in stands, over the page or in its place. */
  async enter(name: string, password = "correct horse"): Promise<void> {
    const form = this.page.getByRole("dialog", { name: "Sign in to Asbru" });
    await form.getByText("With name and password").click();
    await form.getByLabel("Name").fill(name);
    await form.getByLabel("Password").fill(password);
    await form.getByRole("button", { name: "Sign in" }).click();
    await form.waitFor({ state: "detached" });
  }

  /** Has it come by a connection of so many milliseconds there and back, and so many bytes a second. */
  async throttle(latency: number, bytes: number): Promise<void> {
    const browser = await this.context.newCDPSession(this.page);
    await browser.send("Network.emulateNetworkConditions", {
      offline: false,
      latency,
      downloadThroughput: bytes,
      uploadThroughput: bytes,
    });
  }

  async go(path: string, heading: string): Promise<void> {
    await this.page.goto(path);
    await this.page.getByRole("heading", { level: 1, name: heading }).waitFor();
  }

  /** What WCAG 2.2 AA, as far as a program can tell, and the browser have against the page. */
  async isFine(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    const found = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html} ${n.failureSummary ?? ""}`));
    expect(found).toEqual([]);
    expect(this.complaints).toEqual([]);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
