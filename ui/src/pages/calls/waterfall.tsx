import type { LogAttempt, LogRow } from "@/api/operations";
import { duration } from "@/lib/format";
import { words } from "@/words";

interface Step {
  name: string;
  note: string;
  start: number;
  took: number;
  fill: string;
}

const w = words.calls.waterfall;

/**
 * Where the time of a call went. The log has the gateway's own time and the wait for a slot as
 * sums, and each try with its start: what lies before the first try is drawn before it.
 */
export function stepsOf(row: LogRow): Step[] {
  const { queue_ms, gateway_ms, first_token_ms } = row.times;
  const attempts = row.attempts ?? [];
  const first = attempts[0]?.started_ms ?? Math.max(row.latency - row.times.provider_ms, 0);
  const steps: Step[] = [
    {
      name: w.gateway,
      note: duration(gateway_ms),
      start: 0,
      took: Math.min(gateway_ms, first || gateway_ms),
      fill: "bg-series-6",
    },
  ];
  if (queue_ms > 0)
    steps.push({
      name: w.queue,
      note: duration(queue_ms),
      start: Math.max(first - queue_ms, 0),
      took: queue_ms,
      fill: "bg-warn-fill",
    });
  const tries: LogAttempt[] = attempts.length
    ? attempts
    : [
        {
          provider: row.provider,
          model: row.model,
          key_name: row.selected_key_name,
          status_code: row.status_code,
          started_ms: first,
          took_ms: row.times.provider_ms,
        },
      ];
  tries.forEach((t, i) => {
    const failed = t.status_code >= 400 || Boolean(t.error_type);
    steps.push({
      name: w.attempt(i + 1, t.provider, t.key_name ?? ""),
      note: [t.error_code ?? (t.status_code || ""), t.worker && w.worker(t.worker)].filter(Boolean).join(" · "),
      start: t.started_ms,
      took: t.took_ms,
      fill: failed ? "bg-bad-fill" : "bg-good-fill",
    });
  });
  if (first_token_ms !== undefined && row.stream) {
    steps.push({
      name: w.stream,
      note: w.firstToken(duration(first_token_ms)),
      start: first_token_ms,
      took: Math.max(row.latency - first_token_ms, 0),
      fill: "bg-series-1",
    });
  }
  return steps;
}

export function Waterfall({ row }: { row: LogRow }) {
  const whole = row.latency || 1;
  return (
    <ol aria-label={w.title} className="flex flex-col gap-1">
      {stepsOf(row).map((step) => (
        <li key={`${step.name}${step.start}`} className="grid grid-cols-[11rem_1fr_9rem_5rem] items-center gap-2">
          <span className="truncate" title={step.name}>
            {step.name}
          </span>
          <span className="relative h-5 rounded bg-raised">
            <span
              className={`absolute inset-y-0.5 min-w-0.5 rounded-sm ${step.fill}`}
              style={{
                insetInlineStart: `${Math.min((step.start / whole) * 100, 99.5)}%`,
                width: `${Math.min((step.took / whole) * 100, 100)}%`,
              }}
            />
          </span>
          <span className="truncate text-xs text-muted" title={step.note}>
            {step.note}
          </span>
          <span className="text-end text-xs text-muted">{duration(step.took)}</span>
        </li>
      ))}
    </ol>
  );
}
