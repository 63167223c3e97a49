import type { LimitRefusals, RefusalsOutputBody } from "@/api/operations";
import type { Span } from "@/lib/range";
import { words } from "@/words";

const w = words.limits;

/** So long that a range has two dozen buckets at most: each is as wide as a finger wants it. */
export function refusalBucket(span: Span): number {
  const wanted = (span.end - span.start) / 1_000 / 24;
  const sizes = [
    60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 345_600, 604_800,
  ];
  return sizes.find((size) => size >= wanted) ?? Math.ceil(wanted / 604_800) * 604_800;
}

/** Whose limit it is, and of what; of one that is gone, its id. */
export function refuser(l: LimitRefusals): string {
  return l.scope ? `${l.scope} ${l.owner ?? ""} · ${l.kind ? w.refusals.kinds[l.kind] : ""}` : l.id;
}

/** The cells that have refusals, in the order of time. */
export function cellsOf(of: RefusalsOutputBody): { limit: LimitRefusals; at: string; calls: number }[] {
  return (of.buckets ?? []).flatMap((at, i) =>
    (of.limits ?? []).flatMap((limit) => {
      const calls = limit.counts?.[i] ?? 0;
      return calls > 0 ? [{ limit, at, calls }] : [];
    }),
  );
}
