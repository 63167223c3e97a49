import { getLogHistogram } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { exact } from "@/lib/format";
import { bucketSeconds, rangeOf, spanOf } from "@/lib/range";
import { useLiveRefresh } from "@/live/useLive";
import { Columns } from "@/parts/columns";
import type { Search } from "@/shell/search";
import { words } from "@/words";
import { filterOf, liveFilterOf } from "./filter";

const w = words.calls.outcome;

/** The outcomes of calls over time, in the colours that they have everywhere. */
export const outcomes = [
  { title: w.success, fill: "fill-good-fill" },
  { title: w.cancelled, fill: "fill-warn-fill" },
  { title: w.error, fill: "fill-bad-fill" },
];

/** How many calls there were, over time; drawing over it chooses a part. */
export function Timeline({ search, set }: { search: Search; set: (change: Search) => void }) {
  const size = bucketSeconds(spanOf(rangeOf(search), Date.now()));
  const { open: _, compare: _2, ...filters } = search;
  const asked = useAnswer(
    getLogHistogram,
    { query: { ...filterOf(filters), bucket_seconds: size } },
    { every: 15_000 },
  );
  useLiveRefresh(["log"], [getLogHistogram], 2_000, liveFilterOf(filters) ?? {});
  const buckets = asked.data?.buckets ?? [];
  return (
    <Columns
      label={words.calls.overTime}
      series={outcomes}
      size={size * 1_000}
      format={exact}
      height={64}
      buckets={buckets.map((b) => ({ at: Date.parse(b.timestamp), values: [b.success, b.cancelled, b.error] }))}
      onSelect={(start, end) => set({ from: new Date(start).toISOString(), to: new Date(end).toISOString() })}
    />
  );
}
