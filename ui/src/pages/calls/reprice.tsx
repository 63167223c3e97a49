import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/call";
import type { ApiError } from "@/api/error";
import { getLog, getLogHistogramCost, getLogStats, listLogs, recalculateLogCosts } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { exact } from "@/lib/format";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { Empty, Failure, Shown } from "@/parts/states";
import { words } from "@/words";
import type { Filter } from "./filter";

const w = words.calls.reprice;

/** How many calls the server looks at in one go, and counts at most. */
const page = 1_000;
const countMost = 10_000;

interface Progress {
  priced: number;
  unknown: number;
}

/** Prices what calls have used at no known price, by the prices of now. */
export function Reprice({ query, onClose }: { query: Filter; onClose: () => void }) {
  const client = useQueryClient();
  const [frozen] = useState(query);
  const found = useAnswer(listLogs, { query: { ...frozen, missing_cost_only: true, limit: 1 } }, { anew: true });
  const [progress, setProgress] = useState<Progress>({ priced: 0, unknown: 0 });
  const pricing = useMutation<void, ApiError>({
    mutationFn: async () => {
      let { priced, unknown }: Progress = { priced: 0, unknown: 0 };
      let after: string | undefined;
      do {
        const told = await call(recalculateLogCosts, { query: { ...frozen, limit: page, ...(after && { after }) } });
        priced += told.updated;
        unknown += told.skipped;
        after = told.next_cursor;
        setProgress({ priced, unknown });
      } while (after);
    },
    onSettled: () =>
      Promise.all(
        [getLog, getLogStats, getLogHistogramCost].map((op) => client.invalidateQueries({ queryKey: [op.id] })),
      ),
  });
  // The list asks again when it is left: its count below is that of before.
  const close = () => {
    if (!pricing.isIdle) void client.invalidateQueries({ queryKey: [listLogs.id] });
    onClose();
  };
  return (
    <Dialog open onClose={close} title={w.title}>
      <Shown of={found} rows={1}>
        {({ pagination: { total_count: n } }) =>
          n === 0 ? (
            <Empty why={w.none} />
          ) : (
            <div className="flex flex-col gap-4">
              <p>{n < countMost ? w.found(n) : w.atLeast(exact(n))}</p>
              <p className="text-muted">{w.effect}</p>
              {!pricing.isIdle && <p role="status">{w.progress(exact(progress.priced), exact(progress.unknown))}</p>}
              {pricing.error && <Failure error={pricing.error} />}
              <div className="flex justify-end gap-2">
                <Button onClick={close}>{pricing.isSuccess ? words.common.close : words.common.cancel}</Button>
                {!pricing.isSuccess && (
                  <Button kind="main" disabled={pricing.isPending} onClick={() => pricing.mutate()}>
                    {w.run}
                  </Button>
                )}
              </div>
            </div>
          )
        }
      </Shown>
    </Dialog>
  );
}
