import {
  createReportSchedule,
  deleteReportSchedule,
  listReportRuns,
  listReportSchedules,
  type ReportRun,
  testReportSchedule,
  updateReportSchedule,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import type { Values } from "@/forms/form";
import { dateTime, visible } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { ObjectList } from "../objects/list";
import { enabled } from "../objects/state";

const w = words.reports;
const tones: Record<ReportRun["state"], Tone> = { waiting: "plain", sent: "good", given_up: "bad" };

const kind: Kind = {
  title: w.schedules,
  one: w.one,
  none: w.noSchedules,
  list: listReportSchedules as Kind["list"],
  member: "schedules",
  create: createReportSchedule as Kind["create"],
  update: updateReportSchedule as Kind["update"],
  remove: deleteReportSchedule as Kind["remove"],
  idOf: (of) => String(of.id ?? of.name ?? ""),
  fresh: { name: "", every: "month", by: ["team", "model"], type: "email" },
  columns: [
    { id: "name", title: w.name, cell: (of) => visible(String(of.name || of.id || "")) },
    enabled,
    { id: "every", title: w.every, cell: (of) => w.everys[of.every as keyof typeof w.everys] },
    { id: "by", title: w.by, cell: (of) => ((of.by ?? ["team", "model"]) as string[]).join(", ") },
    { id: "to", title: w.to, cell: (of) => visible(receivers(of)) },
  ],
};

/** Who gets it: the receivers of an e-mail; the address of a webhook is shown to nobody. */
function receivers(of: Values): string {
  const to = (of.smtp as { to?: string[] } | undefined)?.to;
  return of.type === "email" ? (to ?? []).join(", ") : String(of.type ?? "");
}

/** What is sent to whom, and what became of it. */
export function Schedules() {
  const { may } = useSession();
  const runs = useAnswer(listReportRuns, { query: { limit: 50 } }, { every: 10_000 });
  const test = useChange(testReportSchedule, []);
  const send = (id: string) =>
    test.mutate(
      { path: { id } },
      {
        onSuccess: (done) => say(done.sent ? w.sent(visible(id)) : w.notSent(visible(id)), done.reason),
        onError: (e) => say(e.message, e.code),
      },
    );
  return (
    <>
      <ObjectList
        kind={kind}
        extra={(of) =>
          may(testReportSchedule.id) && (
            <Button disabled={test.isPending} onClick={() => send(kind.idOf(of))}>
              {w.test}
            </Button>
          )
        }
      />
      <h3 className="font-medium">{w.runs}</h3>
      <Shown of={runs}>
        {(data) =>
          data.runs?.length ? (
            <Table
              caption={w.runs}
              rows={data.runs}
              rowKey={(r) => `${r.schedule}\n${r.start_time}`}
              columns={[
                { id: "schedule", title: w.schedule, cell: (r) => visible(r.schedule) },
                { id: "of", title: w.of, cell: (r) => `${dateTime(r.start_time)} – ${dateTime(r.end_time)}` },
                { id: "state", title: w.state, cell: (r) => <Badge tone={tones[r.state]}>{w.states[r.state]}</Badge> },
                { id: "when", title: w.when, cell: (r) => dateTime(r.ended_at ?? r.due_at) },
                { id: "fault", title: w.fault, cell: (r) => visible(r.reason ?? "") },
              ]}
            />
          ) : (
            <Empty why={w.noRuns} />
          )
        }
      </Shown>
    </>
  );
}
