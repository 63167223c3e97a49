import { useState } from "react";
import {
  type DeadWebhook,
  forgetDeadWebhook,
  getWebhookSecret,
  listDeadWebhooks,
  retryDeadWebhook,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { ago, dateTime, exact, size, visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Code } from "@/parts/copy";
import { Dialog } from "@/parts/dialog";
import { Panel } from "@/parts/panel";
import { Empty, Failure, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.alerts.webhooks;
const limit = 100;

/** The webhooks of alerts, reports and jobs that no receiver has taken, and what receivers verify them with. */
export function Webhooks() {
  const { may } = useSession();
  const asked = useAnswer(listDeadWebhooks, { query: { limit } }, { every: 10_000 });
  const retry = useChange(retryDeadWebhook, [listDeadWebhooks]);
  const [forgotten, setForgotten] = useState<DeadWebhook | null>(null);
  const [secret, setSecret] = useState(false);
  return (
    <Panel
      title={w.title}
      side={may(getWebhookSecret.id) && <Button onClick={() => setSecret(true)}>{w.secret}</Button>}
    >
      {retry.error && <Failure error={retry.error} />}
      <Shown of={asked} rows={1}>
        {({ webhooks }) =>
          webhooks?.length ? (
            <>
              {webhooks.length === limit && <p className="text-muted">{w.first(exact(limit))}</p>}
              <Table
                caption={w.title}
                rows={webhooks}
                rowKey={(h) => h.id}
                columns={[
                  { id: "since", title: w.since, cell: (h) => <span title={dateTime(h.since)}>{ago(h.since)}</span> },
                  { id: "host", title: w.host, cell: (h) => visible(h.host ?? "") },
                  { id: "reason", title: w.reason, cell: (h) => visible(h.reason ?? "") },
                  { id: "id", title: w.id, cell: (h) => <code className="font-mono text-xs">{h.id}</code> },
                  { id: "bytes", title: w.size, end: true, cell: (h) => size(h.bytes) },
                  {
                    id: "do",
                    title: words.objects.actions,
                    end: true,
                    cell: (h) => (
                      <span className="flex justify-end gap-1">
                        {may(retryDeadWebhook.id) && (
                          <Button
                            kind="quiet"
                            disabled={retry.isPending}
                            onClick={() => retry.mutate({ path: { id: h.id } }, { onSuccess: () => say(w.queued) })}
                          >
                            {w.retry}
                          </Button>
                        )}
                        {may(forgetDeadWebhook.id) && (
                          <Button kind="quiet" onClick={() => setForgotten(h)}>
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
      {forgotten && <Forget of={forgotten} onClose={() => setForgotten(null)} />}
      {secret && <Secret onClose={() => setSecret(false)} />}
    </Panel>
  );
}

function Forget({ of, onClose }: { of: DeadWebhook; onClose: () => void }) {
  const forget = useChange(forgetDeadWebhook, [listDeadWebhooks]);
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.forgetTitle}
      effect={w.forgetEffect(visible(of.host ?? ""))}
      action={w.forget}
      name={of.id}
      busy={forget.isPending}
      fault={forget.error && <Failure error={forget.error} />}
      onConfirm={() => forget.mutate({ path: { id: of.id } }, { onSuccess: onClose })}
    />
  );
}

/** What receivers verify the signature of webhooks with; it is asked for only when somebody wants to see it. */
function Secret({ onClose }: { onClose: () => void }) {
  const asked = useAnswer(getWebhookSecret, {}, { anew: true });
  return (
    <Dialog open onClose={onClose} title={w.secret}>
      <Shown of={asked} rows={1}>
        {(data) =>
          data.secret ? (
            <div className="flex flex-col gap-3">
              <p>{w.derived}</p>
              <Code text={data.secret} label={w.secret} />
            </div>
          ) : (
            <p>{w.configured}</p>
          )
        }
      </Shown>
    </Dialog>
  );
}
