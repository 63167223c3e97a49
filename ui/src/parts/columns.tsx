import { type PointerEvent, useRef, useState } from "react";
import { dateTime } from "@/lib/format";
import { words } from "@/words";
import { Table } from "./table";

export interface Series {
  title: string;
  /** A fill of the theme, as fill-good-fill. */
  fill: string;
  /** For lines: a stroke of the theme, and its dashes. */
  stroke?: string;
  dash?: string;
}

export interface Bucket {
  at: number;
  /** One value for each series. */
  values: number[];
}

interface Props {
  label: string;
  series: Series[];
  buckets: Bucket[];
  /** The length of a bucket in milliseconds. */
  size: number;
  format: (n: number) => string;
  height?: number;
  /** Draws lines, for values that cannot be added up: a 0 says that there is none. */
  lines?: boolean;
  /** Told when somebody has drawn over a part. */
  onSelect?: (start: number, end: number) => void;
}

const width = 600;

/** Sums over time as stacked columns, or values as lines; drawing over them chooses a range. It can be read as a table. */
export function Columns({ label, series, buckets, size, format, height = 96, lines = false, onSelect }: Props) {
  const box = useRef<SVGSVGElement>(null);
  const [from, setFrom] = useState<number | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const totals = buckets.map((b) => b.values.reduce((sum, v) => sum + v, 0));
  const top = Math.max(...(lines ? buckets.flatMap((b) => b.values) : totals), 0) || 1;
  const step = width / Math.max(buckets.length, 1);

  const bucketAt = (event: PointerEvent) => {
    const area = box.current?.getBoundingClientRect();
    if (!area || buckets.length === 0) return null;
    const share = (event.clientX - area.left) / area.width;
    return Math.max(0, Math.min(buckets.length - 1, Math.floor(share * buckets.length)));
  };
  const choose = (event: PointerEvent) => {
    const to = bucketAt(event);
    if (onSelect && from !== null && to !== null && to !== from) {
      const [first, last] = from < to ? [from, to] : [to, from];
      onSelect(buckets[first]?.at ?? 0, (buckets[last]?.at ?? 0) + size);
    }
    setFrom(null);
  };
  const shown = at === null ? undefined : buckets[at];
  return (
    <figure className="flex flex-col gap-1">
      <figcaption className="flex min-h-5 flex-wrap justify-between gap-2 text-xs text-muted">
        <span className="flex gap-3">
          {series.map((s, i) => (
            <span key={s.title} className="inline-flex items-center gap-1">
              <svg viewBox="0 0 8 8" className="size-2" aria-hidden="true">
                <rect width="8" height="8" className={s.fill} />
              </svg>
              {s.title}
              {shown && ` ${format(shown.values[i] ?? 0)}`}
            </span>
          ))}
        </span>
        <span>{shown ? dateTime(shown.at) : `${words.charts.top} ${format(top)}`}</span>
      </figcaption>
      <svg
        ref={box}
        role="img"
        aria-label={label}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="w-full touch-none border-b border-line"
        style={{ height }}
        onPointerDown={(event) => setFrom(bucketAt(event))}
        onPointerMove={(event) => setAt(bucketAt(event))}
        onPointerLeave={() => {
          setAt(null);
          setFrom(null);
        }}
        onPointerUp={choose}
      >
        {from !== null && at !== null && (
          <rect
            x={Math.min(from, at) * step}
            width={(Math.abs(at - from) + 1) * step}
            height={height}
            className="fill-accent-soft"
          />
        )}
        {at !== null && <rect x={at * step} width={step} height={height} className="fill-raised" />}
        {lines
          ? series.map((s, i) => (
              <path
                key={s.title}
                d={steps(
                  buckets.map((b) => b.values[i] ?? 0),
                  step,
                  (value) => height - (value / top) * (height - 4) - 1,
                )}
                fill="none"
                className={s.stroke ?? ""}
                strokeDasharray={s.dash || undefined}
                strokeWidth="1.5"
                vectorEffect="non-scaling-stroke"
              />
            ))
          : buckets.map((b, i) => (
              <Stack key={b.at} x={i * step} width={step} height={height} top={top} values={b.values} series={series} />
            ))}
      </svg>
      <details className="text-xs">
        <summary className="min-h-6 w-max text-muted">{words.charts.asTable}</summary>
        <div className="max-h-60 overflow-auto">
          <Table
            caption={label}
            rows={buckets.filter((_, i) => (totals[i] ?? 0) > 0)}
            rowKey={(b) => String(b.at)}
            columns={[
              { id: "at", title: words.charts.time, cell: (b: Bucket) => dateTime(b.at) },
              ...series.map((s, i) => ({
                id: s.title,
                title: s.title,
                end: true,
                cell: (b: Bucket) => format(b.values[i] ?? 0),
              })),
            ]}
          />
        </div>
      </details>
    </figure>
  );
}

/** A line that is level over each bucket, and broken where there is nothing. */
function steps(values: number[], step: number, y: (value: number) => number): string {
  return values
    .map((value, i) => {
      if (value === 0) return "";
      const at = `${(i * step).toFixed(2)} ${y(value).toFixed(2)}`;
      return `${values[i - 1] ? "L" : "M"}${at}H${((i + 1) * step).toFixed(2)}`;
    })
    .join("");
}

interface StackProps {
  x: number;
  width: number;
  height: number;
  top: number;
  values: number[];
  series: Series[];
}

function Stack({ x, width: step, height, top, values, series }: StackProps) {
  let below = 0;
  return series.map((s, i) => {
    const tall = ((values[i] ?? 0) / top) * (height - 2);
    below += tall;
    return tall > 0 ? (
      <rect
        key={s.title}
        x={x + step * 0.08}
        y={height - below}
        width={step * 0.84}
        height={Math.max(tall, 1)}
        className={s.fill}
      />
    ) : null;
  });
}
