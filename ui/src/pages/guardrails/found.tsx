import { Link } from "@tanstack/react-router";
import { type GuardrailCount, guardrailStats } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { exact, visible } from "@/lib/format";
import { rangeOf, rangeQuery } from "@/lib/range";
import { useLiveRefresh } from "@/live/useLive";
import { Badge, type Tone } from "@/parts/badge";
import { Panel } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { type Search, useUrl } from "@/shell/search";
import { words } from "@/words";

const w = words.guardrails;

const tones: Record<string, Tone> = { refuse: "bad", redact: "warn", again: "warn", note: "plain" };

/** What a check does with what it finds. */
export function Action({ of }: { of: string }) {
  return <Badge tone={tones[of] ?? "plain"}>{w.actions[of as keyof typeof w.actions] ?? of}</Badge>;
}

/** What guardrails have found in the calls of the time that the page is about. */
export function useFound(search: Search) {
  const asked = useAnswer(guardrailStats, { query: rangeQuery(rangeOf(search)) }, { every: 10_000 });
  useLiveRefresh(["log"], [guardrailStats]);
  return asked;
}

/** Each check that has found something, with what was done and the calls that it was in. */
export function Found({ of }: { of: ReturnType<typeof useFound> }) {
  const [search] = useUrl();
  return (
    <Panel title={w.found}>
      <Shown of={of} rows={2}>
        {(data) =>
          data.stats?.length ? (
            <>
              <p>{w.inCalls(exact(data.total_requests), exact(data.refused_requests))}</p>
              <Table
                caption={w.found}
                rows={data.stats}
                rowKey={mark}
                columns={[
                  { id: "guardrail", title: w.name, cell: (c) => visible(c.guardrail) },
                  { id: "check", title: w.check, cell: (c) => visible(c.check) },
                  { id: "action", title: w.done, cell: (c) => <Action of={c.action} /> },
                  { id: "calls", title: w.calls, end: true, cell: (c) => <Calls of={c} search={search} /> },
                ]}
              />
            </>
          ) : (
            <Empty why={w.nothingFound} />
          )
        }
      </Shown>
    </Panel>
  );
}

/** What the log marks calls with in which a check has found something. */
function mark(of: GuardrailCount): string {
  return `guardrail:${of.guardrail}/${of.check}=${of.action}`;
}

function Calls({ of, search }: { of: GuardrailCount; search: Search }) {
  return (
    <Link
      to={"/calls" as never}
      search={{ ...rangeOf(search), mark: mark(of) } as never}
      className="inline-flex min-h-6 items-center text-accent underline"
    >
      {exact(of.calls)}
    </Link>
  );
}

/** How often a guardrail has done what, in few words. */
export function Sum({ stats, guardrail }: { stats: GuardrailCount[]; guardrail: string }) {
  const sums = new Map<string, number>();
  for (const of of stats) {
    if (of.guardrail === guardrail) sums.set(of.action, (sums.get(of.action) ?? 0) + of.calls);
  }
  return [...sums]
    .map(([action, n]) => `${w.actions[action as keyof typeof w.actions] ?? action} ${exact(n)}`)
    .join(" · ");
}
