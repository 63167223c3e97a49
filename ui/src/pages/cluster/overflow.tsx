import { type OverflowOutputBody, type Slots, type State, showOverflow } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { exact } from "@/lib/format";
import { Spent } from "@/parts/bars";
import { Panel } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { words } from "@/words";

const w = words.cluster.flow;

/** What goes from edges that have no slot left to workers. */
export function Overflow({ nodes }: { nodes: State[] }) {
  const asked = useAnswer(showOverflow, {}, { every: 2_000 });
  return (
    <Panel title={w.title}>
      <Shown of={asked} rows={2}>
        {(data) => (nodes.some(isWorker) ? <Flow nodes={nodes} of={data} /> : <Empty why={w.noWorker} />)}
      </Shown>
    </Panel>
  );
}

function isWorker(node: State): boolean {
  return node.roles?.includes("worker") ?? false;
}

function Flow({ nodes, of }: { nodes: State[]; of: OverflowOutputBody }) {
  const edges = nodes.filter((n) => n.roles?.includes("edge"));
  return (
    <div className="grid items-center gap-4 md:grid-cols-[1fr_max-content_1fr]">
      <Side title={w.edges} nodes={edges} slots={of.slots ?? []} told={w.handed} />
      <p className="flex flex-col items-center text-center">
        <span className="text-lg font-semibold">{exact(of.overflow)}</span>
        <span aria-hidden="true" className="text-2xl leading-none text-accent max-md:rotate-90 rtl:-scale-x-100">
          ⟶
        </span>
        <span className="text-xs text-muted">{w.since}</span>
      </p>
      <Side title={w.workers} nodes={nodes.filter(isWorker)} slots={of.slots ?? []} told={w.taken} />
    </div>
  );
}

interface SideProps {
  title: string;
  nodes: State[];
  slots: Slots[];
  told: (n: string) => string;
}

/** The nodes of one side, each with its slots by provider and what waits for them. */
function Side({ title, nodes, slots, told }: SideProps) {
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-3">
      <h3 className="text-xs text-muted">{title}</h3>
      {nodes.map((node) => (
        <div key={node.node} className="flex flex-col gap-1 rounded-md border border-line p-2">
          <p className="flex justify-between gap-2">
            <strong className="truncate">{node.node}</strong>
            <span>{told(exact(node.load.overflow))}</span>
          </p>
          {slots
            .filter((s) => s.node === node.node)
            .map((s) => (
              <div key={s.provider} className="grid grid-cols-[6rem_1fr] gap-2">
                <span className="truncate">{s.provider}</span>
                <span>
                  <Spent name={`${s.node} ${s.provider}`} used={s.busy} held={0} max={s.slots} format={exact} />
                  {s.waiting > 0 && <span className="text-xs text-muted">{w.waiting(exact(s.waiting))}</span>}
                </span>
              </div>
            ))}
        </div>
      ))}
    </section>
  );
}
