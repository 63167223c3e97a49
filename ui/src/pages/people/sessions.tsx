import { endSession, endSessions, listSessions } from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { ago, dateTime, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { words } from "@/words";

const w = words.people.sessions;

/** Where somebody is signed in: whoever looks, if nobody is named. */
export function Sessions({ of }: { of?: string }) {
  const whose = of ? { query: { user_id: of } } : {};
  const asked = useAnswer(listSessions, whose);
  const end = useChange(endSession, [listSessions]);
  const endAll = useChange(endSessions, [listSessions]);
  const failed = { onError: (e: Error) => say(e.message) };
  return (
    <Shown of={asked}>
      {({ sessions }) => {
        const others = (sessions ?? []).filter((s) => !s.current);
        if (!sessions?.length) return <Empty why={w.none} />;
        return (
          <>
            <Table
              caption={w.own}
              rows={sessions}
              rowKey={(s) => s.id}
              columns={[
                { id: "from", title: w.from, cell: (s) => s.address },
                {
                  id: "with",
                  title: w.browser,
                  cell: (s) => <span className="line-clamp-2 max-w-80">{visible(s.user_agent)}</span>,
                },
                { id: "used", title: w.used, cell: (s) => <span title={dateTime(s.used_at)}>{ago(s.used_at)}</span> },
                { id: "ends", title: w.ends, cell: (s) => dateTime(s.expires_at) },
                {
                  id: "do",
                  title: words.objects.actions,
                  end: true,
                  cell: (s) =>
                    s.current ? (
                      <Badge tone="good">{w.this}</Badge>
                    ) : (
                      <Button
                        kind="quiet"
                        disabled={end.isPending}
                        onClick={() => end.mutate({ path: { id: s.id } }, failed)}
                      >
                        {w.end}
                      </Button>
                    ),
                },
              ]}
            />
            {others.length > 0 && (
              <p>
                <Button disabled={endAll.isPending} onClick={() => endAll.mutate(whose, failed)}>
                  {others.length === sessions.length ? w.endAll : w.endOthers}
                </Button>
              </p>
            )}
          </>
        );
      }}
    </Shown>
  );
}
