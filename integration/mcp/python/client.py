"""Lists the tools of an MCP server and calls those that add, and tells what came of it."""

import asyncio
import json
import sys

import httpx2
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client


async def main(url: str, key: str) -> None:
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}, timeout=60) as http,
        streamable_http_client(url, http_client=http) as (read, write, *_),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        tools = [tool.name for tool in (await session.list_tools()).tools]
        sums = {}
        for name in tools:
            if name.endswith("-add"):
                result = await session.call_tool(name, {"a": 2, "b": 3})
                sums[name] = result.content[0].text
        refused = await session.call_tool(tools[0], {"a": "two"})
        print(json.dumps({"tools": tools, "sums": sums, "refused": refused.model_dump(by_alias=True).get("isError")}))


asyncio.run(main(*sys.argv[1:]))
