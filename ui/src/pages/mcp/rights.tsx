import { Link } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { listMcpRights, type MCPRights, type MCPServerTools } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { type Column, Table } from "@/parts/table";
import { useUrl } from "@/shell/search";
import { words } from "@/words";

const w = words.mcp.rights;

/** How many virtual keys are shown; of more, the search finds the others. */
const most = 100;

/** Which virtual key may use which tools? */
export function Rights() {
  const [search, set] = useUrl();
  const name = search.search ?? "";
  const asked = useAnswer(listMcpRights, { query: { limit: most, ...(name && { search: name }) } }, { every: 10_000 });
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    set({ search: String(new FormData(event.currentTarget).get("search") ?? "").trim() });
  };
  return (
    <Panel title={w.title}>
      <form className="flex items-end gap-2" onSubmit={find} key={name}>
        <TextField label={w.search} name="search" defaultValue={name} data-filter />
        <Button type="submit">{w.find}</Button>
      </form>
      <Shown of={asked}>
        {({ servers, rights, total_count }) =>
          rights?.length ? (
            <>
              <Table<MCPRights>
                caption={w.title}
                rows={rights}
                rowKey={(r) => r.virtual_key_id}
                columns={[key, ...(servers ?? []).map(server)]}
              />
              {total_count > rights.length && <p className="text-muted">{w.more(rights.length, total_count)}</p>}
            </>
          ) : (
            <Empty why={w.none} />
          )
        }
      </Shown>
    </Panel>
  );
}

const key: Column<MCPRights> = {
  id: "key",
  title: w.key,
  cell: (r) => (
    <span className="flex flex-wrap items-center gap-2">
      <Link to={"/keys" as never} search={{ open: r.virtual_key_id } as never} className="text-accent underline">
        {visible(r.name || r.virtual_key_id)}
      </Link>
      {!r.is_active && <Badge tone="plain">{w.inactive}</Badge>}
    </span>
  ),
};

/** The column of a server: how many of its tools a key may use, and which. */
function server(of: MCPServerTools): Column<MCPRights> {
  const all = of.tools?.length ?? 0;
  return {
    id: `server ${of.name}`,
    title: visible(of.name),
    cell: (r) => {
      const tools = r.servers?.find((s) => s.name === of.name)?.tools ?? [];
      if (tools.length === 0) return <span className="text-muted">{w.no}</span>;
      if (tools.length === all) return <Badge tone="good">{w.all(all)}</Badge>;
      return (
        <details>
          <summary className="min-h-6">{w.some(tools.length, all)}</summary>
          <ul>
            {tools.map((tool) => (
              <li key={tool}>
                <code className="font-mono">{visible(tool)}</code>
              </li>
            ))}
          </ul>
        </details>
      );
    },
  };
}
