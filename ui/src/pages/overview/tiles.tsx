import type { CostBucket, CountBucket, LatencyBucket, LogStatsOutputBody } from "@/api/operations";
import { count, duration, money, percent } from "@/lib/format";
import { Sparkline } from "@/parts/sparkline";
import { useKeys } from "@/shell/keys";
import { words } from "@/words";

const w = words.overview.tiles;

/** How many tiles there are; the keys behind theirs are the charts'. */
export const tilesCount = 6;

interface Props {
  stats: LogStatsOutputBody;
  /** The length of the range. */
  seconds: number;
  counts: CountBucket[];
  latency: LatencyBucket[];
  cost: CostBucket[];
  onOpen: (filter: Record<string, string>) => void;
}

/** The figures that matter most; each opens the calls behind it, by its number on the keyboard, too. */
export function Tiles({ stats, seconds, counts, latency, cost, onOpen }: Props) {
  const failed = stats.total_requests ? stats.failed_requests / stats.total_requests : undefined;
  const tiles: { title: string; value: string; note: string; course: number[]; filter: Record<string, string> }[] = [
    {
      title: w.rate,
      value: (stats.total_requests / seconds).toFixed(2),
      note: w.calls(count(stats.total_requests)),
      course: counts.map((b) => b.count),
      filter: {},
    },
    {
      title: w.errors,
      value: percent(failed),
      note: w.failed(count(stats.failed_requests)),
      course: counts.map((b) => (b.count ? b.error / b.count : 0)),
      filter: { status: "error" },
    },
    {
      title: w.latency,
      value: duration(stats.average_latency),
      note: w.p99(duration(stats.latency?.p99_latency)),
      course: latency.map((b) => b.p99_latency),
      filter: { min_latency: String(Math.floor(stats.latency?.p99_latency ?? 0)) },
    },
    {
      title: w.firstToken,
      value: stats.average_first_token ? duration(stats.average_first_token) : words.common.noneYet,
      note: w.streams,
      course: [],
      filter: {},
    },
    {
      title: w.tokens,
      value: count(stats.total_tokens),
      note: w.inOut(count(stats.prompt_tokens), count(stats.completion_tokens)),
      course: counts.map((b) => b.success),
      filter: {},
    },
    {
      title: w.spend,
      value: money(stats.total_cost),
      note: w.perHour(money((stats.total_cost / seconds) * 3_600)),
      course: cost.map((b) => b.total_cost),
      filter: {},
    },
  ];
  useKeys(Object.fromEntries(tiles.map((t, i) => [String(i + 1), () => onOpen(t.filter)])));
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      {tiles.map((t) => (
        <button
          key={t.title}
          type="button"
          className="flex flex-col items-stretch gap-0.5 rounded-lg border border-line bg-surface p-3 text-start hover:border-accent"
          onClick={() => onOpen(t.filter)}
        >
          <span className="text-xs text-muted">{t.title}</span>
          <span className="text-xl font-semibold">{t.value}</span>
          <span className="truncate text-xs text-muted">{t.note}</span>
          <Sparkline values={t.course} />
        </button>
      ))}
    </div>
  );
}
