import { percent } from "@/lib/format";
import { words } from "@/words";

const w = words.charts;

/** A key's share of its provider's calls: the fill is what it has, the tick what it should have. */
export function ShareBar({ name, target, actual }: { name: string; target: number; actual: number }) {
  const text = w.share(percent(actual), percent(target));
  return (
    <span className="flex items-center gap-2">
      <span
        className="relative h-3 min-w-24 flex-1 rounded-sm bg-raised"
        role="meter"
        aria-label={`${name}: ${text}`}
        aria-valuenow={Math.round(actual * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span
          className="absolute inset-y-0 start-0 rounded-sm bg-series-1"
          style={{ width: `${Math.min(actual, 1) * 100}%` }}
        />
        <span
          className="absolute -inset-y-0.5 w-0.5 bg-ink"
          style={{ insetInlineStart: `calc(${Math.min(target, 1) * 100}% - 1px)` }}
        />
      </span>
      <span className="w-28 text-xs whitespace-nowrap text-muted">{text}</span>
    </span>
  );
}

interface SpentProps {
  name: string;
  used: number;
  held: number;
  max: number;
  format: (n: number) => string;
}

/** How much of a limit is used, and held for calls under way. */
export function Spent({ name, used, held, max, format }: SpentProps) {
  const of = (n: number) => `${Math.min((n / (max || 1)) * 100, 100)}%`;
  const share = max ? (used + held) / max : 0;
  const fill = share >= 1 ? "bg-bad-fill" : share >= 0.8 ? "bg-warn-fill" : "bg-good-fill";
  const text = w.spent(format(used), format(max)) + (held > 0 ? ` ${w.held(format(held))}` : "");
  return (
    <span className="flex items-center gap-2">
      <span
        className="relative flex h-3 min-w-16 flex-1 overflow-hidden rounded-sm bg-raised"
        role="meter"
        aria-label={`${name}: ${text}`}
        aria-valuenow={Math.min(Math.round(share * 100), 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span className={fill} style={{ width: of(used) }} />
        <span className="hatched" style={{ width: of(held) }} />
      </span>
      <span className="text-xs whitespace-nowrap text-muted">{text}</span>
    </span>
  );
}
