import {
  listDeadEvents,
  type PluginNodeStatus,
  type PluginStatus,
  type PluginSubscription,
  pluginStatus,
} from "@/api/operations";
import { useAnswer } from "@/api/query";
import { ago, dateTime, duration, exact, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Dialog } from "@/parts/dialog";
import { Facts } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { DeadEvents } from "./dead";
import { tones } from "./state";

const w = words.plugins.nodes;

/** How a plugin does on each node, and what it was told of and has not taken. */
export function Nodes({ id, onClose }: { id: string; onClose: () => void }) {
  const { may } = useSession();
  const asked = useAnswer(pluginStatus, { path: { id } }, { every: 5_000 });
  return (
    <Dialog open onClose={onClose} title={w.title(visible(id))} sheet wide>
      <div className="flex flex-col gap-5">
        <Shown of={asked} rows={3}>
          {(data) => (
            <>
              <ByNode caption={w.byNode} of={data} />
              {data.upgrade && <ByNode caption={w.ofUpgrade} of={data.upgrade} />}
              {data.subscription && <Told of={data.subscription} />}
            </>
          )}
        </Shown>
        {may(listDeadEvents.id) && <DeadEvents id={id} />}
      </div>
    </Dialog>
  );
}

function ByNode({ caption, of }: { caption: string; of: PluginStatus }) {
  if (!of.nodes?.length) return <Empty why={w.nowhere} />;
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{caption}</h3>
      <Table
        caption={caption}
        top
        rows={of.nodes}
        rowKey={(n) => n.node}
        columns={[
          { id: "node", title: words.cluster.node, cell: (n) => n.node },
          { id: "state", title: words.plugins.status, cell: (n) => <NodeState of={n} /> },
          { id: "calls", title: w.calls, end: true, cell: (n) => exact(n.calls) },
          { id: "errors", title: w.errors, end: true, cell: (n) => exact(n.errors) },
          {
            id: "p99",
            title: w.p99,
            end: true,
            cell: (n) => (
              <span title={(n.points ?? []).map((p) => `${p.point} ${duration(p.p99_ms)}`).join("\n")}>
                {duration(n.p99_ms)}
              </span>
            ),
          },
        ]}
      />
    </section>
  );
}

/** Whether it works there; if it has crashed, since and until when it is left out; what was wrong last. */
function NodeState({ of }: { of: PluginNodeStatus }) {
  return (
    <span className="flex flex-col items-start">
      <Badge tone={tones[of.status]}>{words.plugins.states[of.status]}</Badge>
      {of.isolated_since && (
        <span title={dateTime(of.isolated_since)}>{w.crashed(ago(of.isolated_since), ago(of.isolated_until))}</span>
      )}
      {of.last_error && (
        <span className="text-xs text-muted">
          {[of.last_error_at && ago(of.last_error_at), visible(of.last_error)].filter(Boolean).join(": ")}
        </span>
      )}
    </span>
  );
}

/** How it is told of events. */
function Told({ of }: { of: PluginSubscription }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{w.told}</h3>
      <Facts
        of={[
          [w.taken, exact(of.taken)],
          [w.pending, exact(of.pending)],
          [w.unanswered, exact(of.unanswered)],
          [w.retried, exact(of.retried)],
          [w.givenUp, exact(of.given_up)],
          ...(of.last_error
            ? [[w.lastError, `${ago(of.last_error_at)}: ${visible(of.last_error)}`] as [string, string]]
            : []),
        ]}
      />
    </section>
  );
}
