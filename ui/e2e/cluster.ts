import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended, freePort, program } from "./gateway";

/** A control and an edge as processes of their own, with the NATS between them and the mock provider. */
export class Cluster {
  readonly token = "asbru-admin-of-the-cluster-tests";
  url = "";
  edge = "";
  private readonly folder = mkdtempSync(join(tmpdir(), "asbru-ui-"));
  private readonly processes: ChildProcess[] = [];
  private readonly env = { ...process.env, ASBRU_SECRET_KEY: randomBytes(32).toString("base64") };

  /** Starts one, with so many workers, and with a configuration where it is not the usual one. */
  static async start(workers = 0, configured: object = { providers: { mock: {} } }): Promise<Cluster> {
    const cluster = new Cluster();
    const [nats, ops, control, edge] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    const servers = ["--nats", `nats://127.0.0.1:${nats}`];
    cluster.url = `http://127.0.0.1:${control}`;
    cluster.edge = `http://127.0.0.1:${edge}`;
    const configuration = join(cluster.folder, "asbru.json");
    writeFileSync(configuration, JSON.stringify(configured));
    cluster.run("nats", "--listen", `127.0.0.1:${nats}`, "--ops-listen", `127.0.0.1:${ops}`);
    cluster.run(
      "control",
      ...["--listen", `127.0.0.1:${control}`, "--admin-token", cluster.token, "--config", configuration],
      ...servers,
    );
    cluster.run("edge", "--listen", `127.0.0.1:${edge}`, ...servers);
    for (let n = 0; n < workers; n++) cluster.run("worker", "--listen", `127.0.0.1:${await freePort()}`, ...servers);
    await Promise.all([cluster.url, cluster.edge].map((url) => cluster.ready(url)));
    return cluster;
  }

  private run(role: string, ...options: string[]): void {
    const folder = ["--data-dir", join(this.folder, `${role}-${this.processes.length}`)];
    this.processes.push(spawn(program, [role, ...options, ...folder], { env: this.env, stdio: "ignore" }));
  }

  private async ready(url: string): Promise<void> {
    for (let tries = 0; tries < 600; tries++) {
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${url} does not get ready`);
  }

  async remove(): Promise<void> {
    for (const one of this.processes.toReversed()) await ended(one);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
