import { useCallback, useState } from "react";
import { download } from "@/api/call";
import { deleteLogs, exportLogs, type LogRow, recalculateLogCosts } from "@/api/operations";
import { Button } from "@/parts/button";
import { Grid } from "@/parts/grid";
import { Failure, Skeleton } from "@/parts/states";
import { say } from "@/parts/toast";
import { useKeys } from "@/shell/keys";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { columns } from "./columns";
import { CallSheet } from "./detail";
import { Dropped } from "./dropped";
import { Facets } from "./facets";
import { cleared, filterCount, filterOf } from "./filter";
import { RemoveCalls } from "./remove";
import { Reprice } from "./reprice";
import { Timeline } from "./timeline";
import { useCalls } from "./useCalls";
import { useValueKeys } from "./value";
import { ViewMenu } from "./viewmenu";

const w = words.calls;

/** What happened to this call? */
export default function CallsPage() {
  const [search, set] = useUrl();
  const [away, setAway] = useState(false);
  const [paused, setPaused] = useState(false);
  const [doing, setDoing] = useState<"remove" | "reprice" | null>(null);
  const { may } = useSession();
  const calls = useCalls(search, away || paused);
  const open = useCallback((row: LogRow) => set({ open: row.id }, { replace: true }), [set]);
  const step = (by: number) => {
    const at = calls.rows.findIndex((row) => row.id === search.open);
    const next = calls.rows[at + by];
    if (at >= 0 && next) open(next);
  };
  useKeys({ l: () => setPaused(!paused), "[": () => step(-1), "]": () => step(1) });
  useValueKeys();
  const filters = filterCount(search);
  const save = () =>
    download(exportLogs, { query: { ...filterOf(search), format: "csv" } }, "calls.csv").catch((e: Error) =>
      say(words.errors.unknown, e.message),
    );
  // A view is the whole address: what it does not say is taken away.
  const openView = (view: typeof search) =>
    set({ ...Object.fromEntries(Object.keys(search).map((k) => [k, ""])), ...view });
  return (
    <Page
      title={words.pages.calls}
      range
      actions={
        <>
          {calls.sampled && (
            <span className="text-xs text-warn">{w.sampled(calls.sampled.sent, calls.sampled.seen)}</span>
          )}
          <ViewMenu search={search} open={openView} />
          <Button onClick={save}>{w.csv}</Button>
          <Button aria-pressed={!paused} onClick={() => setPaused(!paused)}>
            {paused ? w.resume : w.pause}
          </Button>
        </>
      }
    >
      <Dropped />
      <Timeline search={search} set={set} />
      <div className="flex min-h-80 flex-1 gap-4">
        <Facets search={search} set={set} />
        <div className="flex min-w-0 flex-1 flex-col gap-2">
          <div className="flex min-h-7 items-center gap-3 text-muted">
            <span>{calls.total === undefined ? "" : w.found(calls.total)}</span>
            {filters > 0 && (
              <Button kind="quiet" onClick={() => set(cleared(search))}>
                {w.clear(filters)}
              </Button>
            )}
            {calls.waiting > 0 && (
              <Button
                kind="main"
                onClick={() => {
                  setPaused(false);
                  document.querySelector("[role=grid]")?.scrollTo({ top: 0 });
                  calls.release();
                }}
              >
                {w.fresh(calls.waiting)}
              </Button>
            )}
            <span className="ms-auto flex gap-1">
              {may(recalculateLogCosts.id) && (
                <Button kind="quiet" onClick={() => setDoing("reprice")}>
                  {w.reprice.title}
                </Button>
              )}
              {may(deleteLogs.id) && (
                <Button kind="quiet" onClick={() => setDoing("remove")}>
                  {w.removal.ofAll}
                </Button>
              )}
            </span>
          </div>
          {calls.error && <Failure error={calls.error} retry={calls.refetch} />}
          {calls.loading ? (
            !calls.error && <Skeleton rows={10} />
          ) : (
            <Grid
              label={words.pages.calls}
              columns={columns}
              rows={calls.rows}
              {...(calls.total !== undefined && { total: calls.total })}
              rowKey={(row) => row.id}
              opened={search.open}
              onOpen={open}
              onEnd={calls.more}
              onAway={setAway}
            />
          )}
        </div>
      </div>
      <CallSheet
        id={search.open}
        known={calls.rows.find((row) => row.id === search.open)}
        onClose={() => set({ open: "" }, { replace: true })}
        onStep={step}
        compared={search.compare}
        onCompare={(id) => set({ compare: id }, { replace: true })}
        onGone={calls.forget}
      />
      {doing === "remove" && (
        <RemoveCalls of={{ query: filterOf(search) }} onClose={() => setDoing(null)} onDone={calls.forget} />
      )}
      {doing === "reprice" && <Reprice query={filterOf(search)} onClose={() => setDoing(null)} />}
    </Page>
  );
}
