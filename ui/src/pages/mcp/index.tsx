import { useState } from "react";
import {
  approveMcpTool,
  createMcpClient,
  deleteMcpClient,
  listMcpClients,
  listMcpLogs,
  listMcpRights,
  type MCPNode,
  type MCPTool,
  reconnectMcpClient,
  testCall,
  updateMcpClient,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import type { Values } from "@/forms/form";
import { ago, dateTime, visible } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Panel } from "@/parts/panel";
import { Table } from "@/parts/table";
import { Tabs } from "@/parts/tabs";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { ObjectList } from "../objects/list";
import { ToolCalls } from "./calls";
import { Rights } from "./rights";
import { RunTool } from "./run";
import { SignIn, useSignedIn } from "./signin";

const w = words.mcp;

const tones: Record<string, Tone> = {
  connected: "good",
  connecting: "warn",
  disconnected: "bad",
  sign_in_required: "warn",
  disabled: "plain",
};

const servers: Kind = {
  title: w.servers,
  one: w.server,
  none: w.none,
  list: listMcpClients as Kind["list"],
  member: "clients",
  create: createMcpClient as Kind["create"],
  update: updateMcpClient as Kind["update"],
  remove: deleteMcpClient as Kind["remove"],
  idOf: (of) => String(of.client_id ?? of.id ?? of.name ?? ""),
  fresh: { name: "", connection_type: "http", connection_string: "", tools_to_execute: ["*"] },
  told: ["state", "tools", "nodes", "error", "config_hash"],
  columns: [
    { id: "name", title: w.name, cell: (of) => visible(String(of.name ?? "")) },
    {
      id: "state",
      title: w.state,
      cell: (of) => <Badge tone={tones[String(of.state)] ?? "plain"}>{String(of.state ?? "")}</Badge>,
    },
    { id: "nodes", title: w.nodes, cell: (of) => <Nodes of={(of.nodes ?? []) as MCPNode[]} /> },
    { id: "kind", title: w.kind, cell: (of) => String(of.connection_type ?? "") },
    { id: "tools", title: w.tools, end: true, cell: (of) => String(((of.tools ?? []) as unknown[]).length) },
    { id: "error", title: w.error, cell: (of) => visible(String(of.error ?? "")) },
  ],
};

/** How each live node is connected to a server. */
function Nodes({ of }: { of: MCPNode[] }) {
  return (
    <ul className="flex flex-col gap-1">
      {of.map((n) => (
        <li key={n.node} className="flex flex-wrap items-center gap-x-2">
          <span>{n.node}</span>
          <Badge tone={tones[n.state] ?? "plain"}>{n.state}</Badge>
          <span className="text-xs text-muted" title={n.last_seen && dateTime(n.last_seen)}>
            {n.state === "connected" ? w.offered(n.offered, n.tools) : w.since(ago(n.since))}
          </span>
          {n.error && <span className="basis-full text-xs text-bad">{visible(n.error)}</span>}
        </li>
      ))}
    </ul>
  );
}

/** Which tools work, who may use them? */
export default function Mcp() {
  useSignedIn();
  const { may } = useSession();
  const [search, set] = useUrl();
  const tab: Tab = isTab(search.tab) && may(needs[search.tab]) ? search.tab : "servers";
  const tabs = Object.fromEntries(
    Object.entries(w.tabs).filter(([name]) => isTab(name) && may(needs[name])),
  ) as typeof w.tabs;
  return (
    <Page title={words.pages.mcp} range={tab === "calls"}>
      <Tabs<Tab>
        label={words.pages.mcp}
        tabs={tabs}
        chosen={tab}
        onChoose={(tab) => set({ tab, open: "", search: "" })}
      />
      {tab === "servers" && <Servers />}
      {tab === "rights" && <Rights />}
      {tab === "calls" && <ToolCalls />}
    </Page>
  );
}

type Tab = keyof typeof w.tabs;

/** The operation without which a part is not offered. */
const needs: Record<Tab, string> = { servers: listMcpClients.id, rights: listMcpRights.id, calls: listMcpLogs.id };

function isTab(name: string | undefined): name is Tab {
  return name !== undefined && name in needs;
}

function Servers() {
  return (
    <>
      <ObjectList
        kind={servers}
        extra={(of) => (
          <>
            <SignIn of={of} id={servers.idOf(of)} />
            <Reconnect of={of} />
          </>
        )}
      />
      <Tools />
    </>
  );
}

function Reconnect({ of }: { of: Values }) {
  const { may } = useSession();
  const reconnect = useChange(reconnectMcpClient, [listMcpClients]);
  if (!may(reconnectMcpClient.id)) return null;
  return (
    <Button
      kind="quiet"
      disabled={reconnect.isPending}
      onClick={() =>
        reconnect.mutate(
          { path: { id: servers.idOf(of) } },
          { onSuccess: (done) => say(done.message), onError: (e) => say(e.message, e.code) },
        )
      }
    >
      {w.reconnect}
    </Button>
  );
}

const states: Record<MCPTool["state"], Tone> = {
  offered: "good",
  not_allowed: "plain",
  changed: "warn",
  refused: "bad",
};

function Tools() {
  const { may } = useSession();
  const asked = useAnswer(listMcpClients, { query: { limit: 1_000 } }, { every: 10_000 });
  const approve = useChange(approveMcpTool, [listMcpClients]);
  const [chosen, setChosen] = useState<MCPTool | null>(null);
  const rows = (asked.data?.clients ?? []).flatMap((c) =>
    (c.tools ?? []).map((tool) => ({ server: String(c.client_id ?? c.id ?? c.name), tool })),
  );
  if (rows.length === 0) return null;
  return (
    <Panel title={w.tools}>
      <Table
        caption={w.tools}
        rows={rows}
        rowKey={(r) => `${r.server}/${r.tool.name}`}
        columns={[
          { id: "name", title: w.tool, cell: (r) => <code className="font-mono">{visible(r.tool.name)}</code> },
          {
            id: "state",
            title: w.state,
            cell: (r) => <Badge tone={states[r.tool.state]}>{w.states[r.tool.state]}</Badge>,
          },
          { id: "what", title: w.what, cell: (r) => visible(r.tool.problem ?? r.tool.description) },
          {
            id: "do",
            title: words.objects.actions,
            end: true,
            cell: (r) => (
              <>
                {r.tool.state === "offered" && may(testCall.id) && (
                  <Button kind="quiet" aria-label={w.run.open(visible(r.tool.name))} onClick={() => setChosen(r.tool)}>
                    {w.run.run}
                  </Button>
                )}
                {r.tool.state === "changed" && may(approveMcpTool.id) && (
                  <Button
                    onClick={() =>
                      approve.mutate({ path: { id: r.server }, body: { tool: r.tool.original, hash: r.tool.hash } })
                    }
                  >
                    {w.approve}
                  </Button>
                )}
              </>
            ),
          },
        ]}
      />
      {chosen && <RunTool key={chosen.name} tool={chosen} onClose={() => setChosen(null)} />}
    </Panel>
  );
}
