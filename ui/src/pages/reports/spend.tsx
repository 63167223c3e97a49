import { Link } from "@tanstack/react-router";
import { download } from "@/api/call";
import { exportSpendReport, getSpendReport, type SpendRow } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { count, exact, money, none, percent, visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { SelectField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { type Search, useUrl } from "@/shell/search";
import { words } from "@/words";
import { byOf, callsOf, type Dimension, dimensions, queryOf } from "./query";

const w = words.reports;

/** What was spent, told apart by one or two dimensions. */
export function Spend() {
  const [search, set] = useUrl();
  const query = queryOf(search);
  const [first, second] = byOf(search);
  const asked = useAnswer(getSpendReport, { query: { ...query, limit: 500 } }, { every: 15_000 });
  const choose = (a: string | undefined, b: string | undefined) => set({ by: [a, b].filter(Boolean).join(",") });
  const save = () =>
    download(exportSpendReport, { query }, "spend.csv").catch((e: Error) => say(words.errors.unknown, e.message));
  return (
    <Panel
      title={asked.data ? w.total(money(asked.data.total.total_cost), exact(asked.data.total.total_requests)) : w.spend}
      side={<Button onClick={save}>{w.csv}</Button>}
    >
      <div className="flex flex-wrap gap-3">
        <SelectField label={w.by} value={first} onChange={(e) => choose(e.target.value, second)}>
          <Options without={second} />
        </SelectField>
        <SelectField label={w.and} value={second ?? ""} onChange={(e) => choose(first, e.target.value)}>
          <option value="">{w.nothingElse}</option>
          <Options without={first} />
        </SelectField>
      </div>
      <Shown of={asked}>
        {(report) =>
          report.rows?.length ? (
            <>
              <Table
                caption={w.spend}
                rows={report.rows}
                rowKey={(row) => Object.values(row.of).join("\n")}
                columns={[
                  ...((report.by ?? []) as Dimension[]).map((dimension) => ({
                    id: dimension,
                    title: w.dimensions[dimension],
                    cell: (row: SpendRow) => visible(row.names?.[dimension] || row.of[dimension] || none),
                  })),
                  {
                    id: "calls",
                    title: w.calls,
                    end: true,
                    cell: (row) => <Calls row={row} search={search} />,
                  },
                  { id: "failed", title: w.failed, end: true, cell: (row) => count(row.failed_requests) },
                  {
                    id: "tokens",
                    title: w.tokens,
                    end: true,
                    cell: (row) => count(row.prompt_tokens + row.completion_tokens),
                  },
                  { id: "cost", title: w.cost, end: true, cell: (row) => money(row.total_cost) },
                  {
                    id: "share",
                    title: w.share,
                    end: true,
                    cell: (row) => percent(row.total_cost_nano / report.total.total_cost_nano),
                  },
                ]}
              />
              {report.more ? <p className="text-muted">{w.more(report.more)}</p> : null}
            </>
          ) : (
            <Empty why={w.none} />
          )
        }
      </Shown>
    </Panel>
  );
}

function Options({ without }: { without: Dimension | undefined }) {
  return dimensions
    .filter((dimension) => dimension !== without)
    .map((dimension) => (
      <option key={dimension} value={dimension}>
        {w.dimensions[dimension]}
      </option>
    ));
}

/** How many calls a row has, and the way to them. */
function Calls({ row, search }: { row: SpendRow; search: Search }) {
  const of = callsOf(row, search);
  if (!of) return exact(row.total_requests);
  return (
    <Link to="/calls" search={of as never} className="inline-flex min-h-6 items-center text-accent underline">
      {exact(row.total_requests)}
    </Link>
  );
}
