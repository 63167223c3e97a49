import type { LogRanking } from "@/api/operations";
import { count, duration, money, visible } from "@/lib/format";
import { Empty } from "@/parts/states";
import { Table } from "@/parts/table";
import { words } from "@/words";

const w = words.overview;

function trend(of: number, known: boolean): string {
  if (!known) return words.common.isNew;
  return `${of > 0 ? "▲" : of < 0 ? "▼" : "="} ${Math.abs(of).toFixed(0)} %`;
}

/** The models with the most calls, beside the time before. */
export function Movers({ rankings, onOpen }: { rankings: LogRanking[]; onOpen: (model: string) => void }) {
  if (rankings.length === 0) return <Empty why={w.noCalls} />;
  return (
    <Table
      caption={w.movers}
      rows={rankings.slice(0, 8)}
      rowKey={(r) => `${r.provider}/${r.model}`}
      columns={[
        {
          id: "model",
          title: w.columns.model,
          cell: (r) => (
            <button
              type="button"
              className="min-h-6 text-start text-accent underline"
              onClick={() => onOpen(r.model ?? "")}
            >
              {visible(r.model ?? "")}
            </button>
          ),
        },
        { id: "calls", title: w.columns.calls, end: true, cell: (r) => count(r.total_requests) },
        {
          id: "trend",
          title: w.columns.trend,
          end: true,
          cell: (r) => trend(r.trend.requests_trend, r.trend.has_previous_period),
        },
        { id: "latency", title: w.columns.latency, end: true, cell: (r) => duration(r.avg_latency) },
        { id: "cost", title: w.columns.cost, end: true, cell: (r) => money(r.total_cost) },
      ]}
    />
  );
}
