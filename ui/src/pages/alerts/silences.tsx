import { type FormEvent, useState } from "react";
import { deleteSilence, listAlerts, listSilences, makeSilence } from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { dateTime, visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { SelectField, TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Empty, Failure, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.alerts;

/** Alerts that are not told for a time. */
export function Silences({ rules }: { rules: string[] }) {
  const { may } = useSession();
  const [making, setMaking] = useState(false);
  const asked = useAnswer(listSilences, {}, { every: 15_000 });
  const end = useChange(deleteSilence, [listSilences, listAlerts]);
  return (
    <Panel
      title={w.silences}
      side={may(makeSilence.id) && <Button onClick={() => setMaking(true)}>{w.silence}</Button>}
    >
      {end.error && <Failure error={end.error} />}
      <Shown of={asked} rows={1}>
        {(data) =>
          data.silences?.length ? (
            <Table
              caption={w.silences}
              rows={data.silences}
              rowKey={(s) => s.id}
              columns={[
                { id: "rule", title: w.rule, cell: (s) => visible(s.rule ?? w.anyRule) },
                { id: "subject", title: w.subject, cell: (s) => visible(s.subject ?? "") },
                { id: "reason", title: w.reason, cell: (s) => visible(s.reason) },
                { id: "until", title: w.until, cell: (s) => dateTime(s.until) },
                { id: "by", title: w.by, cell: (s) => visible(s.by ?? "") },
                {
                  id: "do",
                  title: words.objects.actions,
                  end: true,
                  cell: (s) =>
                    may(deleteSilence.id) && (
                      <Button kind="quiet" onClick={() => end.mutate({ path: { id: s.id } })}>
                        {w.end}
                      </Button>
                    ),
                },
              ]}
            />
          ) : (
            <Empty why={w.noSilences} />
          )
        }
      </Shown>
      {making && <MakeSilence rules={rules} onClose={() => setMaking(false)} />}
    </Panel>
  );
}

function MakeSilence({ rules, onClose }: { rules: string[]; onClose: () => void }) {
  const make = useChange(makeSilence, [listSilences, listAlerts]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const until = new Date(Date.now() + Number(text("hours")) * 3_600_000).toISOString();
    make.mutate(
      {
        body: {
          reason: text("reason"),
          until,
          ...(text("rule") && { rule: text("rule") }),
          ...(text("subject") && { subject: text("subject") }),
        },
      },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog open onClose={onClose} title={w.silence}>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <SelectField label={w.ofRule} name="rule" fault={faultAt(make.error, "rule")}>
          <option value="">{w.anyRule}</option>
          {rules.map((rule) => (
            <option key={rule}>{rule}</option>
          ))}
        </SelectField>
        <TextField label={w.subject} name="subject" hint={w.subjectHint} fault={faultAt(make.error, "subject")} />
        <TextField
          label={w.hours}
          name="hours"
          type="number"
          required
          min={0.1}
          step="any"
          defaultValue={1}
          fault={faultAt(make.error, "until")}
        />
        <TextField label={w.reason} name="reason" required fault={faultAt(make.error, "reason")} />
        {make.error && <Failure error={make.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="main" type="submit" disabled={make.isPending}>
            {w.silence}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
