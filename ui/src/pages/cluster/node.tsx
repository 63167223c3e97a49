import type { State } from "@/api/operations";
import { ago, duration, exact, timeOfDay } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Facts } from "@/parts/panel";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.cluster;

/** A node that has not been heard of for this long is late. */
const lateAfter = 5_000;

function stateOf(node: State, revision: number, now: number): { tone: Tone; text: string } {
  if (node.config.error) return { tone: "bad", text: w.refuses };
  if (node.draining) return { tone: "warn", text: w.draining };
  if (now - Date.parse(node.told) > lateAfter) return { tone: "warn", text: w.late };
  if (node.config.revision < revision) return { tone: "warn", text: w.applies };
  return { tone: "good", text: w.well };
}

interface Props {
  node: State;
  revision: number;
  /** When it was last there, for one that is not any more. */
  lost?: number;
  onDrain?: () => void;
}

export function NodeCard({ node, revision, lost, onDrain }: Props) {
  const { may } = useSession();
  const state = lost ? { tone: "bad" as Tone, text: w.lost(timeOfDay(lost)) } : stateOf(node, revision, Date.now());
  const lag = Date.parse(node.told) - Date.parse(node.config.applied);
  return (
    <li
      className={`flex flex-col gap-3 rounded-lg border border-line bg-surface p-4 ${lost ? "border-dashed grayscale" : ""}`}
    >
      <div className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 className="truncate font-semibold">{node.node}</h2>
          <p className="text-xs text-muted">{[...(node.roles ?? []), node.version].join(" · ")}</p>
        </div>
        <Badge tone={state.tone}>{state.text}</Badge>
      </div>
      {node.config.error && <p className="text-bad">{node.config.error}</p>}
      <Facts
        of={[
          [w.revision, node.config.revision === revision ? w.newest(revision) : w.of(node.config.revision, revision)],
          [w.applied, lag < 0 ? words.common.loading : w.since(duration(lag))],
          [w.inflight, exact(node.load.inflight)],
          [w.calls, w.callsOf(exact(node.load.calls), exact(node.load.errors))],
          [w.overflow, exact(node.load.overflow)],
          [w.counts, node.counts ?? "–"],
          [w.clock, duration(Math.abs(node.clock_offset_seconds) * 1_000)],
          [w.usage, node.usage.stuck ? w.stuck : w.spooled(exact(node.usage.spooled_bytes))],
          [w.started, ago(node.started)],
        ]}
      />
      {onDrain && may("drain-node") && (
        <div>
          <Button onClick={onDrain} disabled={node.draining}>
            {w.drain}
          </Button>
        </div>
      )}
    </li>
  );
}
