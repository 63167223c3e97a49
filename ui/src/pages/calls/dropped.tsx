import { getDroppedLogs } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { exact, size } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Table } from "@/parts/table";
import { words } from "@/words";

const w = words.calls.dropped;

/** Says that calls are missing from the log, where some are. */
export function Dropped() {
  const asked = useAnswer(getDroppedLogs, {}, { every: 30_000 });
  if (!asked.data?.dropped_requests) return null;
  return (
    <details>
      <summary className="min-h-6 w-max">
        <Badge tone="warn">{w.some(asked.data.dropped_requests)}</Badge>
      </summary>
      <Table
        caption={w.byNode}
        rows={(asked.data.nodes ?? []).filter((n) => n.dropped > 0 || n.waiting_bytes > 0)}
        rowKey={(n) => n.node}
        columns={[
          { id: "node", title: w.node, cell: (n) => n.node },
          { id: "dropped", title: w.lost, end: true, cell: (n) => exact(n.dropped) },
          { id: "waiting", title: w.waiting, end: true, cell: (n) => size(n.waiting_bytes) },
        ]}
      />
    </details>
  );
}
