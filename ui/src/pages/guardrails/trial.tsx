import { useState } from "react";
import { call } from "@/api/call";
import { ApiError } from "@/api/error";
import { type GuardrailTrial, getLog, type LogRow, testGuardrails, type Verdict } from "@/api/operations";
import { useChange } from "@/api/query";
import { exact, percent, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { TextArea, TextField } from "@/parts/field";
import { LongText } from "@/parts/longtext";
import { Facts } from "@/parts/panel";
import { Failure } from "@/parts/states";
import { Table } from "@/parts/table";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Action } from "./found";
import { type Sample, sampleOf } from "./sample";

const w = words.guardrails.trial;

/** Has a guardrail, or without an id all that are on, look at a text or at a call of the log. */
export function Trial({ id, onClose }: { id: string; onClose: () => void }) {
  const { may } = useSession();
  const test = useChange(testGuardrails, []);
  const [text, setText] = useState("");
  const [answer, setAnswer] = useState("");
  const [kept, setKept] = useState<Sample | null>(null);
  return (
    <Dialog open onClose={onClose} title={id ? w.one(visible(id)) : w.all} wide>
      <div className="flex flex-col gap-4">
        {may(getLog.id) && <OfCall onTake={setKept} />}
        <form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            test.mutate({ body: { ...(id && { id }), ...(kept ?? { text }), ...(answer && { answer }) } });
          }}
        >
          {kept ? (
            <div className="flex items-start gap-2">
              <div className="min-w-0 flex-1">
                <p className="font-medium">{w.taken}</p>
                <LongText mono text={JSON.stringify(kept.request, null, 2)} />
              </div>
              <Button kind="quiet" onClick={() => setKept(null)}>
                {w.drop}
              </Button>
            </div>
          ) : (
            <TextArea label={w.text} rows={3} value={text} onChange={(e) => setText(e.target.value)} />
          )}
          <TextArea
            label={w.answer}
            hint={w.answerHint}
            rows={2}
            value={answer}
            onChange={(e) => setAnswer(e.target.value)}
          />
          <div>
            <Button kind="main" type="submit" disabled={test.isPending || (!kept && !text && !answer)}>
              {w.run}
            </Button>
          </div>
          {test.error && <Failure error={test.error} />}
          {test.data && <Result of={test.data} />}
        </form>
      </div>
    </Dialog>
  );
}

/** Takes what was asked in a call of the log, where that is kept. */
function OfCall({ onTake }: { onTake: (sample: Sample) => void }) {
  const [id, setId] = useState("");
  const [why, setWhy] = useState("");
  const take = async () => {
    const found = await call(getLog, { path: { id: id.trim() } }).catch((error: unknown) => error);
    const sample = found instanceof ApiError ? null : sampleOf(found as LogRow);
    setWhy(found instanceof ApiError ? found.message : sample ? "" : w.notKept);
    if (sample) onTake(sample);
  };
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void take();
      }}
    >
      <div className="flex-1">
        <TextField
          label={w.ofCall}
          value={id}
          maxLength={256}
          fault={why || undefined}
          onChange={(e) => setId(e.target.value)}
        />
      </div>
      <Button type="submit" disabled={!id.trim()}>
        {w.take}
      </Button>
    </form>
  );
}

function Result({ of }: { of: GuardrailTrial }) {
  const asJson = (value: unknown) =>
    value === undefined ? words.common.noneYet : <LongText mono text={JSON.stringify(value, null, 2)} />;
  return (
    <div role="status" className="flex flex-col gap-3">
      <p>
        <Badge tone={of.refused ? "bad" : "good"}>{of.refused ? w.refused : w.passed}</Badge>{" "}
        {of.error && visible(`${of.error.status} ${of.error.code}: ${of.error.message}`)}
      </p>
      {of.verdicts?.length ? (
        <Table
          caption={w.verdicts}
          rows={of.verdicts.map((v, place) => ({ ...v, place }))}
          rowKey={(v) => String(v.place)}
          columns={[
            { id: "rule", title: words.guardrails.name, cell: (v) => visible(v.rule) },
            { id: "check", title: words.guardrails.check, cell: (v) => visible(v.check) },
            { id: "side", title: w.side, cell: (v) => w.sides[v.side] },
            { id: "action", title: words.guardrails.done, cell: (v) => <Action of={v.action} /> },
            { id: "what", title: w.what, cell: what },
          ]}
        />
      ) : (
        <p className="text-muted">{w.nothing}</p>
      )}
      {!of.refused && (
        <Facts
          of={[
            [words.plugins.asked, asJson(of.request)],
            [words.plugins.answered, asJson(of.response)],
          ]}
        />
      )}
    </div>
  );
}

/** What a check has found, how often, and why it says so. */
function what(of: Verdict): string {
  const found = [...(of.found ?? []), of.score !== undefined && percent(of.score), of.reason && visible(of.reason)];
  return [`${exact(of.count)} ×`, ...found].filter(Boolean).join(" ");
}
