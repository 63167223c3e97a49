import type { CountBucket, KeysOutputBody, LogStatsOutputBody, NodesOutputBody } from "@/api/operations";
import { count, duration, percent } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import { words } from "@/words";

const w = words.overview.status;

/** From this share of failed calls on, something is said to be wrong. */
const manyErrors = 0.05;

interface Props {
  stats: LogStatsOutputBody | undefined;
  nodes: NodesOutputBody | undefined;
  keys: KeysOutputBody | undefined;
  last: CountBucket[];
  onErrors: () => void;
}

/** What is wrong, one sentence each, the worst first. Nothing means that all is well. */
export function findings(
  { stats, nodes, keys, last }: Omit<Props, "onErrors">,
  now = Date.now(),
): { tone: Tone; text: string }[] {
  const found: { tone: Tone; text: string }[] = [];
  const failed = stats && stats.total_requests > 0 ? stats.failed_requests / stats.total_requests : 0;
  if (failed >= manyErrors) found.push({ tone: "bad", text: w.errors(percent(failed)) });
  const broken = keys?.keys?.filter((k) => k.broken > 0) ?? [];
  if (broken.length) found.push({ tone: "bad", text: w.broken(broken.map((k) => `${k.provider}/${k.key}`)) });
  const cooling = keys?.keys?.filter((k) => k.cooling > 0 && k.broken === 0) ?? [];
  if (cooling.length) found.push({ tone: "warn", text: w.cooling(cooling.length) });
  for (const warning of nodes?.warnings ?? []) {
    if (warning.code !== "counts_alone") found.push({ tone: "warn", text: `${warning.node}: ${warning.message}` });
  }
  const busy = last.findLast((b) => b.count > 0);
  if (busy && last.length > 3) {
    const silent = now - Date.parse(busy.timestamp) - 60_000;
    if (silent > 120_000) found.push({ tone: "plain", text: w.silent(duration(silent)) });
  }
  return found;
}

export function Status({ onErrors, ...of }: Props) {
  const found = findings(of);
  const live = of.nodes?.nodes?.length ?? 0;
  return (
    <ul aria-label={w.title} className="flex flex-col gap-1 rounded-lg border border-line bg-surface px-4 py-2.5">
      {found.length === 0 && (
        <li className="flex items-center gap-2">
          <Badge tone="good">{w.well}</Badge>
          {of.stats && w.summary(count(of.stats.total_requests), live)}
        </li>
      )}
      {found.map((f) => (
        <li key={f.text} className="flex items-center gap-2">
          <Badge tone={f.tone}>{w.tone[f.tone]}</Badge>
          <span>{f.text}</span>
          {f.tone === "bad" && (
            <button type="button" className="min-h-6 text-accent underline" onClick={onErrors}>
              {w.show}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
