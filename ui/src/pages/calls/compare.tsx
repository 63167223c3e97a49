import { getLog, type LogRow } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { differences } from "@/lib/diff";
import { timeOfDay, visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Differences } from "@/parts/differences";
import { Shown } from "@/parts/states";
import { words } from "@/words";
import { Waterfall } from "./waterfall";

const w = words.calls.compare;

/** Two calls: where the time of each went, and in what they differ. */
export function Comparison({ id, other, onEnd }: { id: string; other: LogRow; onEnd: () => void }) {
  const asked = useAnswer(getLog, { path: { id } });
  return (
    <div className="mb-4 flex flex-col gap-2 rounded-lg border border-line p-3">
      <Shown of={asked}>
        {(one) => (
          <>
            <div className="flex items-center justify-between gap-2">
              <h3 className="font-semibold">{w.with(visible(one.model), timeOfDay(one.timestamp))}</h3>
              <Button kind="quiet" onClick={onEnd}>
                {w.end}
              </Button>
            </div>
            <Waterfall row={one} />
            <Differences title={w.title} of={differences(comparable(one), comparable(other))} />
          </>
        )}
      </Shown>
    </div>
  );
}

/** A call without what differs in any two. */
function comparable(row: LogRow) {
  const { id: _, request_id: _2, timestamp: _3, ...rest } = row;
  return rest;
}
