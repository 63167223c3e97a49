// Lists the tools of an MCP server and calls those that add, and tells what came of it.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, key] = process.argv.slice(2);
const client = new Client({ name: "suite", version: "1" });
await client.connect(
  new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${key}` } } }),
);
const tools = (await client.listTools()).tools.map((t) => t.name);
const sums = {};
for (const name of tools.filter((n) => n.endsWith("-add"))) {
  sums[name] = (await client.callTool({ name, arguments: { a: 2, b: 3 } })).content[0].text;
}
const refused = (await client.callTool({ name: tools[0], arguments: { a: "two" } })).isError;
console.log(JSON.stringify({ tools, sums, refused }));
await client.close();
