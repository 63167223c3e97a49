import type { CountBucket } from "@/api/operations";
import { dateTime, exact } from "@/lib/format";
import { Empty } from "@/parts/states";
import { words } from "@/words";

const w = words.overview;

interface Props {
  buckets: CountBucket[];
  size: number;
  onOpen: (provider: string, from: string, to: string) => void;
}

/** A cell: how many calls, by how dark it is, and whether some of them failed, by its colour. */
function look(total: number, failed: number, most: number): { className: string; opacity: number } {
  if (total === 0) return { className: "bg-raised", opacity: 1 };
  const fill = failed / total > 0.05 ? "bg-bad-fill" : failed > 0 ? "bg-warn-fill" : "bg-good-fill";
  return { className: fill, opacity: 0.35 + 0.65 * Math.sqrt(total / most) };
}

/** Providers over time: where the calls went, and where they failed. */
export function HeatMap({ buckets, size, onOpen }: Props) {
  const providers = [...new Set(buckets.flatMap((b) => Object.keys(b.by_dimension ?? b.by_provider ?? {})))].sort();
  const groups = (b: CountBucket) => b.by_dimension ?? b.by_provider ?? {};
  const most = Math.max(1, ...buckets.flatMap((b) => Object.values(groups(b)).map((g) => g.total)));
  if (providers.length === 0) return <Empty why={w.noProviders} />;
  return (
    <div className="flex flex-col gap-1" role="group" aria-label={w.byProvider}>
      {providers.map((provider) => {
        const all = buckets.map((b) => groups(b)[provider] ?? { total: 0, error: 0, success: 0, cancelled: 0 });
        const total = all.reduce((sum, g) => sum + g.total, 0);
        const failed = all.reduce((sum, g) => sum + g.error, 0);
        const first = buckets[0]?.timestamp;
        const last = buckets.at(-1)?.timestamp;
        return (
          <button
            key={provider}
            type="button"
            className="grid min-h-6 grid-cols-[8rem_1fr_7rem] items-center gap-2 rounded text-start hover:bg-raised"
            onClick={() => first && last && onOpen(provider, first, new Date(Date.parse(last) + size).toISOString())}
          >
            <span className="truncate">{provider}</span>
            <span className="flex h-5 gap-px" aria-hidden="true">
              {all.map((g, i) => {
                const { className, opacity } = look(g.total, g.error, most);
                const at = buckets[i]?.timestamp ?? "";
                return (
                  <span
                    key={at}
                    title={`${dateTime(at)}: ${exact(g.total)}`}
                    className={`flex-1 rounded-xs ${className}`}
                    style={{ opacity }}
                  />
                );
              })}
            </span>
            <span className="text-end text-xs text-muted">{w.providerSum(exact(total), exact(failed))}</span>
          </button>
        );
      })}
    </div>
  );
}
