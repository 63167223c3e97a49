import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { getMcpLog, type ToolLogRow } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { dateTime, duration, money, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Dialog } from "@/parts/dialog";
import { Facts } from "@/parts/panel";
import { Shown } from "@/parts/states";
import { words } from "@/words";
import { tones } from "../calls/columns";
import { Raw } from "../calls/raw";

const w = words.mcp.calls;

/** One call of a tool: what it was given, what it has said, and for whom. */
export function ToolCallSheet({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const [waits, setWaits] = useState(true);
  const asked = useAnswer(
    getMcpLog,
    { path: { id: id ?? "" } },
    { enabled: Boolean(id), ...(waits && { every: 2_000 }) },
  );
  const row = asked.data;
  useEffect(() => setWaits(!row || isYoung(row)), [row]);
  return (
    <Dialog open={Boolean(id)} onClose={onClose} title={w.one} sheet wide>
      {id && <Shown of={asked}>{(row) => <Detail row={row} />}</Shown>}
    </Dialog>
  );
}

/** What was said is written some moments behind the row. */
function isYoung(row: ToolLogRow): boolean {
  return !row.result && Date.now() - Date.parse(row.timestamp) < 15_000;
}

function Detail({ row }: { row: ToolLogRow }) {
  const error = row.error_details;
  const facts: [string, ReactNode][] = [
    [w.caller, row.virtual_key_name ?? row.virtual_key_id],
    [w.endUser, row.end_user],
    [w.wantedBy, row.llm_request_id && <Wanting id={row.llm_request_id} />],
    [w.requestId, row.request_id],
    [w.session, row.session_id],
    [w.node, row.node],
    [w.marks, row.marks],
    [w.cost, money(row.cost)],
  ];
  return (
    <div className="flex flex-col gap-3" data-call={row.id}>
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={tones[row.status]}>{words.calls.outcome[row.status]}</Badge>
        <strong>{visible(row.tool_name)}</strong>
        <span className="text-muted">
          {visible(row.server_label)} · {dateTime(row.timestamp)} · {duration(row.latency)}
        </span>
      </p>
      {error && (
        <p role="note" className="rounded-lg border border-bad bg-bad-soft px-3 py-2 whitespace-pre-wrap">
          <code className="font-mono">{visible(error.code ?? error.type ?? "")}</code> {visible(error.message ?? "")}
        </p>
      )}
      <h3 className="font-semibold">{words.calls.content.title}</h3>
      {row.arguments && <Raw title={w.given} of={row.arguments} />}
      {row.result && <Raw title={w.said} of={row.result} />}
      {!row.arguments && !row.result && <p className="text-muted">{w.unkept}</p>}
      <Facts
        of={facts
          .filter(([, value]) => value)
          .map(([name, value]) => [name, typeof value === "string" ? visible(value) : value])}
      />
    </div>
  );
}

/** The call whose model wanted the tool. */
function Wanting({ id }: { id: string }) {
  return (
    <Link to={"/calls" as never} search={{ open: id } as never} className="text-accent underline">
      {visible(id)}
    </Link>
  );
}
