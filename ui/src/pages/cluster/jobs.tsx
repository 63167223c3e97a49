import { useState } from "react";
import { cancelJob, getJob, listJobs, retryJob } from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { ago, dateTime, exact, visible } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Dialog } from "@/parts/dialog";
import { SelectField } from "@/parts/field";
import { Facts, Panel } from "@/parts/panel";
import { Empty, Failure, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { canBeginAnew, type Job, underWay } from "./job";

const w = words.cluster.jobs;

const tones: Record<Job["status"], Tone> = {
  pending: "plain",
  processing: "plain",
  completed: "good",
  failed: "bad",
  cancelled: "warn",
};
const states = Object.keys(tones) as Job["status"][];

/** The calls whose answers are fetched later: which wait, which have failed. */
export function Jobs() {
  const [search, set] = useUrl();
  const status = states.find((s) => s === search.jobs);
  const asked = useAnswer(listJobs, { query: { limit: 100, ...(status && { status }) } }, { every: 5_000 });
  const [cancelled, setCancelled] = useState<Job | null>(null);
  return (
    <Panel
      title={w.title}
      side={
        <SelectField label={w.state} value={status ?? ""} onChange={(e) => set({ jobs: e.target.value })}>
          <option value="">{w.any}</option>
          {states.map((s) => (
            <option key={s} value={s}>
              {w.states[s]}
            </option>
          ))}
        </SelectField>
      }
    >
      <Shown of={asked} rows={2}>
        {({ jobs }) =>
          jobs?.length ? (
            <Table
              caption={w.title}
              rows={jobs as Job[]}
              rowKey={(j) => j.id}
              columns={[
                { id: "state", title: w.state, cell: (j) => <JobState of={j} /> },
                {
                  id: "id",
                  title: w.id,
                  cell: (j) => (
                    <Button kind="quiet" onClick={() => set({ job: j.id })}>
                      <code className="font-mono text-xs">{j.id}</code>
                    </Button>
                  ),
                },
                { id: "model", title: w.model, cell: (j) => visible(j.model || j.endpoint) },
                {
                  id: "made",
                  title: w.made,
                  cell: (j) => <span title={dateTime(j.created_at)}>{ago(j.created_at)}</span>,
                },
                { id: "tries", title: w.tries, end: true, cell: (j) => exact(j.attempts) },
                {
                  id: "do",
                  title: words.objects.actions,
                  end: true,
                  cell: (j) => <Actions of={j} onCancel={() => setCancelled(j)} />,
                },
              ]}
            />
          ) : (
            <Empty why={status ? w.noSuch : w.none} />
          )
        }
      </Shown>
      {search.job && <JobSheet id={search.job} onClose={() => set({ job: "" }, { replace: true })} />}
      {cancelled && <Cancel job={cancelled} onClose={() => setCancelled(null)} />}
    </Panel>
  );
}

function JobState({ of }: { of: Job }) {
  return (
    <span className="flex flex-col items-start">
      <Badge tone={tones[of.status]}>{w.states[of.status]}</Badge>
      {of.error && <span className="text-xs text-muted">{visible(of.error.message)}</span>}
      {of.next_attempt_at && underWay(of) && (
        <span className="text-xs text-muted">{w.next(ago(of.next_attempt_at))}</span>
      )}
    </span>
  );
}

function Actions({ of, onCancel }: { of: Job; onCancel: () => void }) {
  const { may } = useSession();
  const retry = useChange(retryJob, [listJobs, getJob]);
  return (
    <span className="flex justify-end gap-1">
      {canBeginAnew(of) && may(retryJob.id) && (
        <Button
          kind="quiet"
          disabled={retry.isPending}
          onClick={() =>
            retry.mutate(
              { path: { id: of.id } },
              { onSuccess: () => say(w.again(of.id)), onError: (e) => say(e.message, e.code) },
            )
          }
        >
          {w.retry}
        </Button>
      )}
      {underWay(of) && may(cancelJob.id) && (
        <Button kind="quiet" onClick={onCancel}>
          {w.cancel}
        </Button>
      )}
    </span>
  );
}

function Cancel({ job, onClose }: { job: Job; onClose: () => void }) {
  const cancel = useChange(cancelJob, [listJobs, getJob]);
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.cancelTitle(job.id)}
      effect={w.cancelEffect}
      action={w.cancel}
      busy={cancel.isPending}
      fault={cancel.error && <Failure error={cancel.error} />}
      onConfirm={() => cancel.mutate({ path: { id: job.id } }, { onSuccess: onClose })}
    />
  );
}

/** A job, with when what has happened to it. */
function JobSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const asked = useAnswer(getJob, { path: { id } }, { every: 5_000 });
  return (
    <Dialog open onClose={onClose} title={w.one} sheet>
      <Shown of={asked}>
        {(data) => {
          const job = data.job as Job;
          const facts: [string, string | undefined][] = [
            [w.id, job.id],
            [w.endpoint, visible(job.endpoint)],
            [w.model, job.model && visible(job.model)],
            [w.made, dateTime(job.created_at)],
            [w.tries, exact(job.attempts)],
            [w.started, job.started_at && dateTime(job.started_at)],
            [w.nextTry, job.next_attempt_at && dateTime(job.next_attempt_at)],
            [w.ended, job.completed_at && dateTime(job.completed_at)],
            [w.status, job.status_code ? String(job.status_code) : undefined],
            [w.forgotten, dateTime(job.expires_at)],
          ];
          return (
            <div className="flex flex-col gap-3">
              <JobState of={job} />
              <Facts of={facts.filter((f): f is [string, string] => Boolean(f[1]))} />
            </div>
          );
        }}
      </Shown>
    </Dialog>
  );
}
