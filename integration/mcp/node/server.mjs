// An MCP server with one tool: over stdio, or, given a port, over streamable HTTP.
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { z } from "zod";

function adder() {
  const server = new McpServer({ name: "node", version: "1" });
  server.registerTool(
    "add",
    { description: "Adds two numbers.", inputSchema: { a: z.number(), b: z.number() } },
    async ({ a, b }) => ({ content: [{ type: "text", text: String(a + b) }] }),
  );
  return server;
}

const port = Number(process.argv[2]);
if (port) {
  createServer(async (request, response) => {
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    response.on("close", () => transport.close());
    await adder().connect(transport);
    await transport.handleRequest(request, response);
  }).listen(port, "127.0.0.1");
} else {
  await adder().connect(new StdioServerTransport());
}
