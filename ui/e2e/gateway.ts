import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const program = process.env.ASBRU_TEST_PROGRAM ?? fileURLToPath(new URL("../../bin/asbru", import.meta.url));

/** A port that is free now. Nothing else on the machine is given it meanwhile, as a rule. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Ends a process and waits for its end. */
export function ended(process: ChildProcess | undefined): Promise<void> {
  if (!process || process.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    process.once("exit", () => resolve());
    process.kill("SIGTERM");
  });
}

/** The built program, running as a whole system with the mock provider. */
export class Gateway {
  private process: ChildProcess | undefined;
  private mock: ChildProcess | undefined;
  private said = "";
  private readonly options: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), "asbru-ui-"));
  url = "";
  private port = 0;

  /** Starts one, with a configuration in YAML, and further options, where they are given. */
  static async start(configuration?: string, options: string[] = []): Promise<Gateway> {
    const gateway = new Gateway();
    gateway.options.push(...options);
    if (configuration) {
      gateway.options.push("--config", join(gateway.folder, "asbru.yaml"));
      writeFileSync(join(gateway.folder, "asbru.yaml"), configuration);
    }
    gateway.port = await freePort();
    gateway.url = `http://127.0.0.1:${gateway.port}`;
    await gateway.run();
    return gateway;
  }

  /** Runs it, also again after a stop, where it was. */
  async run(): Promise<void> {
    const { OPENAI_API_KEY: _, ANTHROPIC_API_KEY: _2, GEMINI_API_KEY: _3, ...env } = process.env;
    this.process = spawn(
      program,
      ["up", "--listen", `127.0.0.1:${this.port}`, "--data-dir", this.folder, "--drain-grace", "0s", ...this.options],
      { env },
    );
    this.process.stderr?.on("data", (text) => {
      this.said += text;
    });
    for (let tries = 0; tries < 600; tries++) {
      if (this.process.exitCode !== null) throw new Error(`the program has ended:\n${this.said}`);
      const up = await fetch(`${this.url}/api/version`, { headers: this.admin() }).catch(() => null);
      if (up && up.status !== 503) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the program does not answer:\n${this.said}`);
  }

  stop(): Promise<void> {
    return ended(this.process);
  }

  /** Runs a stand-alone mock of the providers' APIs beside it, and returns its address. */
  async runMock(): Promise<string> {
    const port = await freePort();
    this.mock = spawn(program, ["mock", "--listen", `127.0.0.1:${port}`]);
    const url = `http://127.0.0.1:${port}`;
    for (let tries = 0; tries < 300; tries++) {
      if (await fetch(`${url}/v1/models`).catch(() => null)) return url;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("the mock does not answer");
  }

  async remove(): Promise<void> {
    await Promise.all([this.stop(), ended(this.mock)]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  get token(): string {
    return readFileSync(join(this.folder, "admin-token"), "utf8").trim();
  }

  private admin(): Record<string, string> {
    try {
      return { Authorization: `Bearer ${this.token}` };
    } catch {
      return {}; // it is not written yet
    }
  }

  /** Asks the admin API, as its administrator. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...this.admin(), "Content-Type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Makes a call of a model; what it answers does not matter. */
  async call(model: string, prompt = "hello", headers: Record<string, string> = {}): Promise<string> {
    const response = await fetch(`${this.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify({ model, messages: [{ role: "user", content: prompt }] }),
    });
    await response.text();
    return response.headers.get("x-request-id") ?? "";
  }
}
