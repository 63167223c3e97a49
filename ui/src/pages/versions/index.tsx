import { useState } from "react";
import {
  abandonVersion,
  type Commit,
  listNodes,
  listVersions,
  promoteVersion,
  rollbackVersion,
  type Stage,
  widenVersion,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { ago, dateTime } from "@/lib/format";
import { useLiveRefresh } from "@/live/useLive";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Failure, Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { VersionDiff } from "./diff";

const w = words.versions;
const affected = [listVersions, listNodes];

/** What changed, can I go back? */
export default function Versions() {
  const [search, set] = useUrl();
  const [before, setBefore] = useState<number | undefined>(undefined);
  const asked = useAnswer(listVersions, { query: { limit: 50, ...(before !== undefined && { before }) } });
  const nodes = useAnswer(listNodes, {}, { every: 3_000 });
  useLiveRefresh(["config", "cluster"], affected, 300);
  const { may } = useSession();
  const [back, setBack] = useState<Commit | null>(null);
  return (
    <Page title={words.pages.versions}>
      <Shown of={asked} rows={8}>
        {(data) => {
          const versions = data.versions ?? [];
          const opened = Number(search.open) || versions[0]?.revision;
          const behind = (nodes.data?.nodes ?? []).filter((n) => n.config.revision < data.in_force);
          return (
            <>
              {data.stage && <Trial stage={data.stage} />}
              {behind.length > 0 && <Badge tone="warn">{w.behind(behind.length, data.in_force)}</Badge>}
              <div className="grid items-start gap-4 lg:grid-cols-[22rem_1fr]">
                <Panel title={w.timeline}>
                  <ol className="flex flex-col">
                    {versions.map((v) => (
                      <li key={v.revision}>
                        <button
                          type="button"
                          aria-current={v.revision === opened ? "true" : undefined}
                          className={`flex w-full flex-col rounded-md px-2 py-1.5 text-start ${v.revision === opened ? "bg-accent-soft" : "hover:bg-raised"}`}
                          onClick={() => set({ open: String(v.revision) }, { replace: true })}
                        >
                          <span className="flex gap-2">
                            <strong>{v.revision}</strong>
                            <span className="min-w-0 flex-1 truncate">{v.message}</span>
                            {v.revision === data.in_force && <Badge tone="good">{w.inForce}</Badge>}
                          </span>
                          <span className="text-xs text-muted" title={dateTime(v.time)}>
                            {v.author} · {ago(v.time)}
                          </span>
                        </button>
                      </li>
                    ))}
                  </ol>
                  <div className="flex gap-2">
                    {before !== undefined && <Button onClick={() => setBefore(undefined)}>{w.newest}</Button>}
                    {data.next !== undefined && <Button onClick={() => setBefore(data.next)}>{w.older}</Button>}
                  </div>
                </Panel>
                {opened !== undefined && (
                  <Panel
                    title={w.changed(opened)}
                    side={
                      may("rollback-version") &&
                      opened !== data.in_force && (
                        <Button
                          kind="danger"
                          onClick={() => setBack(versions.find((v) => v.revision === opened) ?? null)}
                        >
                          {w.rollback(opened)}
                        </Button>
                      )
                    }
                  >
                    <VersionDiff revision={opened} />
                  </Panel>
                )}
              </div>
            </>
          );
        }}
      </Shown>
      {back && <Rollback to={back} onClose={() => setBack(null)} />}
    </Page>
  );
}

/** A revision that is tried on a part of the nodes. */
function Trial({ stage }: { stage: Stage }) {
  const promote = useChange(promoteVersion, affected);
  const abandon = useChange(abandonVersion, affected);
  const widen = useChange(widenVersion, affected);
  const [percent, setPercent] = useState(Math.min((stage.percent ?? 0) * 2 || 50, 99));
  const { may } = useSession();
  const path = { revision: stage.revision };
  const error = promote.error ?? abandon.error ?? widen.error;
  return (
    <Panel title={w.trial(stage.revision)}>
      <p>{w.trialOf(stage.percent ?? 0, ago(stage.since))}</p>
      <progress
        value={stage.percent ?? 0}
        max={100}
        aria-label={w.trial(stage.revision)}
        className="w-full accent-accent-fill"
      />
      {error && <Failure error={error} />}
      {may("promote-version") && (
        <div className="flex items-end gap-2">
          <TextField
            label={w.share}
            type="number"
            min={1}
            max={99}
            value={percent}
            onChange={(e) => setPercent(Number(e.target.value))}
          />
          <Button disabled={widen.isPending} onClick={() => widen.mutate({ path, body: { percent } })}>
            {w.widen}
          </Button>
          <Button kind="main" onClick={() => promote.mutate({ path })}>
            {w.promote}
          </Button>
          <Button onClick={() => abandon.mutate({ path })}>{w.abandon}</Button>
        </div>
      )}
    </Panel>
  );
}

function Rollback({ to, onClose }: { to: Commit; onClose: () => void }) {
  const rollback = useChange(rollbackVersion, affected);
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.rollback(to.revision)}
      effect={
        <div className="flex flex-col gap-3">
          <p>{w.rollbackEffect(to.revision)}</p>
          <VersionDiff revision={to.revision} against="newest" />
        </div>
      }
      action={w.rollback(to.revision)}
      busy={rollback.isPending}
      fault={rollback.error && <Failure error={rollback.error} />}
      onConfirm={() =>
        rollback.mutate(
          { path: { revision: to.revision } },
          {
            onSuccess: (done) => {
              say(w.rolledBack(to.revision, done.revision));
              onClose();
            },
          },
        )
      }
    />
  );
}
