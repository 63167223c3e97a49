import type { PluginStatus } from "@/api/operations";
import { ago, count, duration, visible } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import { words } from "@/words";

const w = words.plugins;

export const tones: Record<PluginStatus["status"], Tone> = {
  active: "good",
  failing: "bad",
  isolated: "bad",
  absent: "bad",
  disabled: "plain",
};

/** How a plugin does, over all nodes: the worst of them, and why. */
export function State({ of }: { of: PluginStatus | undefined }) {
  if (!of) return null;
  const worst = of.nodes?.find((n) => n.status === of.status && n.status !== "active");
  return (
    <span className="flex flex-col items-start">
      <Badge tone={tones[of.status]}>{w.states[of.status]}</Badge>
      {worst && (
        <span className="text-xs text-muted">
          {worst.isolated_since && `${w.since(ago(worst.isolated_since))} `}
          {visible(worst.last_error ?? "")}
        </span>
      )}
    </span>
  );
}

/** What it has done, and what that has cost calls. */
export function Cost({ of }: { of: PluginStatus | undefined }) {
  if (!of || of.calls === 0) return words.common.noneYet;
  return w.cost(count(of.calls), count(of.errors), duration(of.p99_ms));
}
