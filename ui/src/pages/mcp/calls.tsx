import { getMcpLogStats, getMcpLogTopTools, listMcpLogs, type ToolLogRow, type TopTool } from "@/api/operations";
import { usePages } from "@/api/pages";
import { useAnswer } from "@/api/query";
import { dateTime, duration, exact, money, percent, visible } from "@/lib/format";
import { rangeOf } from "@/lib/range";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Grid } from "@/parts/grid";
import { Facts, Panel } from "@/parts/panel";
import { Empty, Failure, Shown, Skeleton } from "@/parts/states";
import { type Column, Table } from "@/parts/table";
import { type Search, useUrl } from "@/shell/search";
import { words } from "@/words";
import { tones } from "../calls/columns";
import { ToolCallSheet } from "./callsheet";
import { Filters, names, queryOf } from "./filters";
import { OverTime } from "./overtime";
import { RemoveToolCalls } from "./remove";

const w = words.mcp.calls;

const columns: (Column<ToolLogRow> & { width: string })[] = [
  { id: "time", title: w.time, width: "13rem", cell: (r) => dateTime(r.timestamp) },
  {
    id: "status",
    title: w.status,
    width: "9rem",
    cell: (r) => (
      <Badge tone={tones[r.status]}>
        {r.error_details?.code ? visible(r.error_details.code) : words.calls.outcome[r.status]}
      </Badge>
    ),
  },
  { id: "server", title: w.server, width: "minmax(7rem,1fr)", cell: (r) => visible(r.server_label) },
  { id: "tool", title: w.tool, width: "minmax(9rem,2fr)", cell: (r) => visible(r.tool_name) },
  {
    id: "caller",
    title: w.caller,
    width: "minmax(7rem,1fr)",
    cell: (r) => visible(r.virtual_key_name ?? r.virtual_key_id ?? r.end_user ?? ""),
  },
  { id: "latency", title: w.latency, width: "6rem", end: true, cell: (r) => duration(r.latency) },
  { id: "cost", title: w.cost, width: "6rem", end: true, cell: (r) => money(r.cost) },
];

/** Which tools were called, by whom, and how did it go? */
export function ToolCalls() {
  const [search, set] = useUrl();
  const query = queryOf(search);
  return (
    <>
      <Filters search={search} set={set} />
      <OverTime query={query} search={search} set={set} />
      <div className="grid gap-4 lg:grid-cols-2">
        <Figures query={query} />
        <TopTools query={query} set={set} />
      </div>
      <Calls query={query} search={search} set={set} />
    </>
  );
}

interface Asked {
  query: ReturnType<typeof queryOf>;
}

interface Searched {
  search: Search;
  set: ReturnType<typeof useUrl>[1];
}

function Figures({ query }: Asked) {
  const asked = useAnswer(getMcpLogStats, { query }, { every: 5_000 });
  return (
    <Panel title={w.figures}>
      <Shown of={asked}>
        {(of) => (
          <Facts
            of={[
              [w.calls, exact(of.total_executions)],
              [w.failed, w.outOf(exact(of.failed_executions), percent(1 - of.success_rate / 100))],
              [
                w.latency,
                w.latencies(
                  duration(of.average_latency),
                  duration(of.latency.p95_latency),
                  duration(of.latency.p99_latency),
                ),
              ],
              [w.cost, money(of.total_cost)],
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}

/** The tools that are called most; each shows its calls. */
function TopTools({ query, set }: Asked & Pick<Searched, "set">) {
  const asked = useAnswer(getMcpLogTopTools, { query: { ...query, limit: 5 } }, { every: 5_000 });
  return (
    <Panel title={w.top}>
      <Shown of={asked}>
        {({ tools }) =>
          tools?.length ? (
            <Table<TopTool>
              caption={w.top}
              rows={tools}
              rowKey={(t) => `${t.server_label}/${t.tool_name}`}
              columns={[
                {
                  id: "tool",
                  title: w.tool,
                  cell: (t) => (
                    <Button kind="quiet" onClick={() => set({ server: t.server_label, tool: t.tool_name, open: "" })}>
                      {visible(`${t.server_label} · ${t.tool_name}`)}
                    </Button>
                  ),
                },
                { id: "calls", title: w.calls, end: true, cell: (t) => exact(t.count) },
                { id: "failed", title: w.failed, end: true, cell: (t) => exact(t.failed) },
                { id: "cost", title: w.cost, end: true, cell: (t) => money(t.cost) },
              ]}
            />
          ) : (
            <p className="text-muted">{w.nothing}</p>
          )
        }
      </Shown>
    </Panel>
  );
}

function Calls({ query, search, set }: Asked & Searched) {
  const { rows, more, ...asked } = usePages(listMcpLogs, { ...query, limit: 100 }, (page) => page.logs, {
    key: [rangeOf(search), names.map((name) => search[name])],
    every: (pages) => (pages.length > 1 ? false : 5_000),
  });
  const open = (id: string) => set({ open: id }, { replace: true });
  if (asked.isPending) return <Skeleton rows={10} />;
  return (
    <>
      {asked.error && <Failure error={asked.error} retry={asked.refetch} />}
      {rows.length > 0 && <RemoveToolCalls query={query} />}
      {rows.length === 0 ? (
        <Empty why={w.none} />
      ) : (
        <Grid
          label={w.title}
          columns={columns}
          rows={rows}
          rowKey={(r) => r.id}
          opened={search.open}
          onOpen={(r) => open(r.id)}
          onEnd={more}
        />
      )}
      <ToolCallSheet id={search.open} onClose={() => open("")} />
    </>
  );
}
