import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const answers: Record<string, unknown> = {
  initialize: {
    protocolVersion: "2025-06-18",
    capabilities: { tools: {} },
    serverInfo: { name: "guarded", version: "1" },
  },
  "tools/list": {
    tools: [
      { name: "add", description: "Adds.", inputSchema: { type: "object", properties: { a: { type: "number" } } } },
    ],
  },
  "tools/call": { content: [{ type: "text", text: "<b>3</b>" }] },
  ping: {},
};

/** An MCP server with one tool that asks for a token, and the authorization server that gives it to anybody. */
export class Guarded {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Guarded> {
    const server = createServer((request, response) => {
      void answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Guarded(server, `http://localhost:${(server.address() as AddressInfo).port}`);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const base = `http://${request.headers.host}`;
  const asked = new URL(request.url ?? "/", base);
  const body = await textOf(request);
  const json = (status: number, value: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(value === undefined ? "" : JSON.stringify(value));
  };
  switch (asked.pathname) {
    case "/.well-known/oauth-protected-resource":
    case "/.well-known/oauth-protected-resource/mcp":
      return json(200, { resource: `${base}/mcp`, authorization_servers: [base] });
    case "/.well-known/oauth-authorization-server":
      return json(200, {
        issuer: base,
        authorization_endpoint: `${base}/authorize`,
        token_endpoint: `${base}/token`,
        registration_endpoint: `${base}/register`,
        response_types_supported: ["code"],
        grant_types_supported: ["authorization_code", "refresh_token"],
        code_challenge_methods_supported: ["S256"],
        token_endpoint_auth_methods_supported: ["none"],
      });
    case "/register":
      return json(201, { ...JSON.parse(body), client_id: "gateway", token_endpoint_auth_method: "none" });
    case "/authorize": {
      const back = new URL(asked.searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", "once");
      back.searchParams.set("state", asked.searchParams.get("state") ?? "");
      response.writeHead(302, { Location: back.href });
      response.end();
      return;
    }
    case "/token":
      return json(200, { access_token: "open", token_type: "Bearer", expires_in: 3600, refresh_token: "again" });
    case "/mcp":
      if (request.headers.authorization !== "Bearer open") {
        const where = `Bearer resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"`;
        return json(401, {}, { "WWW-Authenticate": where });
      }
      return speak(request, body, json);
    default:
      return json(404, {});
  }
}

function speak(request: IncomingMessage, body: string, json: (status: number, value?: unknown) => void) {
  if (request.method !== "POST") return json(405, {});
  const { id, method } = JSON.parse(body) as { id?: unknown; method: string };
  if (id === undefined) return json(202);
  const result = answers[method];
  return json(
    200,
    result ? { jsonrpc: "2.0", id, result } : { jsonrpc: "2.0", id, error: { code: -32601, message: "?" } },
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += part;
  return text;
}
