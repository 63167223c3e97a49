import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An OpenID provider that lets everybody in at once, as the person whose claims it is told. */
export class Issuer {
  url = "";
  claims: Record<string, unknown> = {};
  readonly clientId = "asbru";
  readonly clientSecret = "client-secret";
  private readonly server: Server;
  private readonly key: KeyObject;
  private readonly published: object;
  private readonly codes = new Map<string, URLSearchParams>();

  private constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.key = privateKey;
    this.published = { ...publicKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "one" };
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async start(): Promise<Issuer> {
    const issuer = new Issuer();
    await new Promise<void>((resolve) => issuer.server.listen(0, "127.0.0.1", resolve));
    issuer.url = `http://127.0.0.1:${(issuer.server.address() as AddressInfo).port}`;
    return issuer;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
    };
    switch (pathname) {
      case "/.well-known/openid-configuration":
        return answer(200, {
          issuer: this.url,
          authorization_endpoint: `${this.url}/authorize`,
          token_endpoint: `${this.url}/token`,
          jwks_uri: `${this.url}/keys`,
          id_token_signing_alg_values_supported: ["RS256"],
        });
      case "/keys":
        return answer(200, { keys: [this.published] });
      case "/authorize": {
        const code = randomUUID();
        this.codes.set(code, searchParams);
        const back = new URLSearchParams({ code, state: searchParams.get("state") ?? "" });
        response.writeHead(302, { Location: `${searchParams.get("redirect_uri")}?${back}` });
        response.end();
        return;
      }
      case "/token": {
        const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
        const client = Buffer.from(`${this.clientId}:${this.clientSecret}`).toString("base64");
        if (request.headers.authorization !== `Basic ${client}`) return answer(401, { error: "invalid_client" });
        const asked = this.codes.get(form.get("code") ?? "");
        const proof = createHash("sha256")
          .update(form.get("code_verifier") ?? "")
          .digest("base64url");
        if (!asked || proof !== asked.get("code_challenge")) return answer(400, { error: "invalid_grant" });
        return answer(200, { access_token: "unused", token_type: "Bearer", id_token: this.token(asked.get("nonce")) });
      }
      default:
        return answer(404, {});
    }
  }

  private token(nonce: string | null): string {
    const now = Math.floor(Date.now() / 1_000);
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = {
      iss: this.url,
      aud: this.clientId,
      sub: "subject-1",
      iat: now,
      exp: now + 60,
      nonce,
      ...this.claims,
    };
    const signed = `${encode({ alg: "RS256", typ: "JWT", kid: "one" })}.${encode(claims)}`;
    return `${signed}.${sign("sha256", Buffer.from(signed), this.key).toString("base64url")}`;
  }
}
