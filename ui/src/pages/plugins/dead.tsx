import { useState } from "react";
import {
  forgetDeadEvents,
  type DeadEvents as Letter,
  listDeadEvents,
  pluginStatus,
  retryDeadEvents,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { ago, dateTime, exact, visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { LongText } from "@/parts/longtext";
import { Empty, Failure, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.plugins.dead;
const limit = 100;

/** The events that a plugin has not taken and that were given up; the oldest first. */
export function DeadEvents({ id }: { id: string }) {
  const { may } = useSession();
  const asked = useAnswer(listDeadEvents, { path: { id }, query: { limit } }, { every: 10_000 });
  const retry = useChange(retryDeadEvents, [listDeadEvents, pluginStatus]);
  const [forgotten, setForgotten] = useState<Letter | null>(null);
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{w.title}</h3>
      {retry.error && <Failure error={retry.error} />}
      <Shown of={asked} rows={1}>
        {({ letters }) =>
          letters?.length ? (
            <>
              {letters.length === limit && <p className="text-muted">{w.first(exact(limit))}</p>}
              <Table
                caption={w.title}
                top
                rows={letters}
                rowKey={(l) => String(l.sequence)}
                columns={[
                  { id: "since", title: w.since, cell: (l) => <span title={dateTime(l.since)}>{ago(l.since)}</span> },
                  { id: "events", title: w.events, cell: (l) => <Events of={l} /> },
                  { id: "reason", title: w.reason, cell: (l) => visible(l.reason ?? "") },
                  {
                    id: "do",
                    title: words.objects.actions,
                    end: true,
                    cell: (l) => (
                      <span className="flex justify-end gap-1">
                        {may(retryDeadEvents.id) && (
                          <Button
                            kind="quiet"
                            disabled={retry.isPending}
                            onClick={() =>
                              retry.mutate({ path: { id, sequence: l.sequence } }, { onSuccess: () => say(w.taken) })
                            }
                          >
                            {w.retry}
                          </Button>
                        )}
                        {may(forgetDeadEvents.id) && (
                          <Button kind="quiet" onClick={() => setForgotten(l)}>
                            {w.forget}
                          </Button>
                        )}
                      </span>
                    ),
                  },
                ]}
              />
            </>
          ) : (
            <Empty why={w.none} />
          )
        }
      </Shown>
      {forgotten && <Forget id={id} letter={forgotten} onClose={() => setForgotten(null)} />}
    </section>
  );
}

function Events({ of }: { of: Letter }) {
  const events = of.events ?? [];
  return (
    <details>
      <summary className="min-h-6">{[...new Set(events.map((e) => visible(e.kind)))].join(", ") || exact(0)}</summary>
      <LongText mono text={JSON.stringify(events, null, 2)} />
    </details>
  );
}

function Forget({ id, letter, onClose }: { id: string; letter: Letter; onClose: () => void }) {
  const forget = useChange(forgetDeadEvents, [listDeadEvents]);
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.forgetTitle}
      effect={w.forgetEffect(letter.events?.length ?? 0, visible(id))}
      action={w.forget}
      name={String(letter.sequence)}
      busy={forget.isPending}
      fault={forget.error && <Failure error={forget.error} />}
      onConfirm={() => forget.mutate({ path: { id, sequence: letter.sequence } }, { onSuccess: onClose })}
    />
  );
}
