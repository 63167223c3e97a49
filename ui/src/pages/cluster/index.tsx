import { Link } from "@tanstack/react-router";
import { useState } from "react";
import {
  drainNode,
  getRuntime,
  listJobs,
  listNodes,
  type NodesOutputBody,
  type State,
  showOverflow,
  showSecretKeys,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { exact } from "@/lib/format";
import { useLiveRefresh } from "@/live/useLive";
import { Badge } from "@/parts/badge";
import { buttonLook } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Panel } from "@/parts/panel";
import { Failure, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Jobs } from "./jobs";
import { NodeCard } from "./node";
import { Overflow } from "./overflow";
import { SecretKeys } from "./secretkeys";
import { useSeen } from "./useSeen";

const w = words.cluster;

/** Is every node right? */
export default function Cluster() {
  const { may } = useSession();
  const asked = useAnswer(listNodes, {}, { every: 2_000 });
  useLiveRefresh(["cluster", "config"], [listNodes], 300);
  const [draining, setDraining] = useState<State | null>(null);
  return (
    <Page
      title={words.pages.cluster}
      actions={
        may(getRuntime.id) && (
          <Link to={"/profiles" as never} className={buttonLook()}>
            {words.pages.profiles}
          </Link>
        )
      }
    >
      <Shown of={asked} rows={6}>
        {(data) => <Nodes data={data} at={asked.dataUpdatedAt} onDrain={setDraining} />}
      </Shown>
      {may(showOverflow.id) && <Overflow nodes={asked.data?.nodes ?? []} />}
      {may(listJobs.id) && <Jobs />}
      {may(showSecretKeys.id) && <SecretKeys />}
      {draining && <Drain node={draining} onClose={() => setDraining(null)} />}
    </Page>
  );
}

function Nodes({ data, at, onDrain }: { data: NodesOutputBody; at: number; onDrain: (node: State) => void }) {
  const nodes = data.nodes ?? [];
  const lost = useSeen(nodes, at);
  const behind = nodes.filter((n) => n.config.revision < data.revision);
  return (
    <>
      <p>
        {w.summary(nodes.length, data.revision)}{" "}
        {behind.length === 0 ? (
          <Badge tone="good">{w.allApplied}</Badge>
        ) : (
          <Badge tone="warn">{w.behind(behind.length, data.revision)}</Badge>
        )}
      </p>
      {(data.warnings ?? []).map((warning) => (
        <p key={warning.node + warning.code} className="flex gap-2">
          <Badge tone={warning.code === "counts_alone" ? "plain" : "warn"}>{warning.node}</Badge>
          {warning.message}
        </p>
      ))}
      <ul className="grid gap-4 md:grid-cols-2 xl:grid-cols-3" aria-label={w.nodes}>
        {nodes.map((node) => (
          <NodeCard key={node.node} node={node} revision={data.revision} onDrain={() => onDrain(node)} />
        ))}
        {lost.map(({ node, seen }) => (
          <NodeCard key={node.node} node={node} revision={data.revision} lost={seen} />
        ))}
      </ul>
      <Panel title={w.slots}>
        <Table
          caption={w.slots}
          rows={nodes.flatMap((n) => (n.providers ?? []).map((p) => ({ node: n.node, ...p })))}
          rowKey={(r) => `${r.node}/${r.name}`}
          columns={[
            { id: "node", title: w.node, cell: (r) => r.node },
            { id: "provider", title: w.provider, cell: (r) => r.name },
            { id: "busy", title: w.busy, end: true, cell: (r) => `${exact(r.busy)} / ${exact(r.slots)}` },
            { id: "waiting", title: w.waiting, end: true, cell: (r) => exact(r.waiting) },
            { id: "tries", title: w.tries, end: true, cell: (r) => exact(r.tries) },
            { id: "failed", title: w.failed, end: true, cell: (r) => exact(r.failed) },
          ]}
        />
      </Panel>
    </>
  );
}

function Drain({ node, onClose }: { node: State; onClose: () => void }) {
  const drain = useChange(drainNode, [listNodes]);
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.drainTitle(node.node)}
      effect={w.drainEffect(node.load.inflight)}
      action={w.drain}
      name={node.node}
      busy={drain.isPending}
      fault={drain.error && <Failure error={drain.error} />}
      onConfirm={() =>
        drain.mutate(
          { path: { node: node.node } },
          {
            onSuccess: () => {
              say(w.drains(node.node));
              onClose();
            },
          },
        )
      }
    />
  );
}
