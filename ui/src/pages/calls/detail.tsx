import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { explainCall, getLog, type LogRow } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { useGateway } from "@/gateway/useGateway";
import { count, dateTime, duration, money, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button, buttonLook } from "@/parts/button";
import { Copy } from "@/parts/copy";
import { Dialog } from "@/parts/dialog";
import { Facts } from "@/parts/panel";
import { Failure, Skeleton } from "@/parts/states";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { again, isReplayable } from "./again";
import { tones } from "./columns";
import { Comparison } from "./compare";
import { Command, Content, Unkept } from "./content";
import type { ListFilter } from "./filter";
import { RemoveOne } from "./remove";
import { Given, Value } from "./value";
import { Waterfall } from "./waterfall";

const w = words.calls.detail;

interface Props {
  id: string | undefined;
  /** The row, where the list has it already. */
  known: LogRow | undefined;
  onClose: () => void;
  onStep: (by: number) => void;
  /** The call that this one is compared with. */
  compared: string | undefined;
  onCompare: (id: string) => void;
  /** The call was taken out of the log. */
  onGone: () => void;
}

/** What was said is written some moments behind the row. */
const settles = 15_000;

export function CallSheet({ id, known, onClose, onStep, compared, onCompare, onGone }: Props) {
  const { may } = useSession();
  const young = known && !known.content && Date.now() - Date.parse(known.timestamp) < settles;
  const asked = useAnswer(getLog, { path: { id: id ?? "" } }, { enabled: Boolean(id), ...(young && { every: 2_000 }) });
  const answered = asked.data;
  const row = answered?.id === id ? answered : known;
  // The list is drawn anew with each call that comes; what was said may be long, and is read once.
  const replayable = useMemo(() => row !== undefined && isReplayable(row), [row]);
  return (
    <Dialog open={Boolean(id)} onClose={onClose} title={w.title} sheet wide>
      <div className="mb-3 flex flex-wrap gap-2">
        <Button onClick={() => onStep(-1)}>{w.newer}</Button>
        <Button onClick={() => onStep(1)}>{w.older}</Button>
        {row && <Copy text={() => JSON.stringify(row, null, 2)} label={w.copyJson} />}
        {row && compared !== row.id && <Button onClick={() => onCompare(row.id)}>{words.calls.compare.begin}</Button>}
        {row && may(explainCall.id) && (
          <Link to={"/routing" as never} search={{ call: row.id } as never} className={buttonLook()}>
            {w.explain}
          </Link>
        )}
        {row && replayable && (
          <Link to={"/playground" as never} search={{ call: row.id } as never} className={buttonLook()}>
            {words.calls.content.replay}
          </Link>
        )}
        {row && (
          <RemoveOne
            id={row.id}
            onDone={() => {
              onGone();
              onClose();
            }}
          />
        )}
      </div>
      {compared === id && id && <p className="mb-3 text-muted">{words.calls.compare.other}</p>}
      {row && compared && compared !== row.id && <Comparison id={compared} other={row} onEnd={() => onCompare("")} />}
      {row ? (
        <Detail key={row.id} row={row} whole={answered?.id === id} />
      ) : asked.error ? (
        <Failure error={asked.error} retry={asked.refetch} />
      ) : (
        <Skeleton rows={8} />
      )}
    </Dialog>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2 border-t border-line py-3">
      <h3 className="font-semibold">{title}</h3>
      {children}
    </section>
  );
}

/** Rows of those that there are. */
function facts(of: [string, ReactNode][]): [string, ReactNode][] {
  return of.filter(([, value]) => value !== undefined && value !== "" && value !== null);
}

/** `whole` says that the row has what was said, where that is kept. */
function Detail({ row, whole }: { row: LogRow; whole: boolean }) {
  const { address } = useGateway();
  const command = useMemo(() => again(row, address), [row, address]);
  const error = row.error_details;
  const usage = row.token_usage;
  return (
    <div data-call={row.id}>
      <p className="flex flex-wrap items-center gap-2 pb-3">
        <Badge tone={tones[row.status]}>
          {words.calls.outcome[row.status]} {row.status_code}
        </Badge>
        <strong>{visible(row.model)}</strong>
        <span className="text-muted">
          {row.provider} · {dateTime(row.timestamp)} · {duration(row.latency)}
        </span>
      </p>
      {error && (
        <p role="note" className="mb-3 rounded-lg border border-bad bg-bad-soft px-3 py-2 whitespace-pre-wrap">
          <code className="font-mono">{visible(error.code ?? error.type ?? "")}</code> {visible(error.message ?? "")}
        </p>
      )}
      <Part title={w.time}>
        <Waterfall row={row} />
      </Part>
      <Part title={words.calls.content.title}>
        {row.content ? <Content of={row.content} /> : whole ? <Unkept row={row} /> : <Skeleton rows={2} />}
        {command && <Command text={command} />}
      </Part>
      <Part title={w.usage}>
        {usage ? (
          <Facts
            of={facts([
              [w.input, count(usage.prompt_tokens)],
              [w.cached, usage.cached_read_tokens ? count(usage.cached_read_tokens) : ""],
              [w.output, count(usage.completion_tokens)],
              [w.reasoning, usage.reasoning_tokens ? count(usage.reasoning_tokens) : ""],
              [w.cost, money(row.cost)],
              ["", usage.estimated ? w.estimated : ""],
              ["", row.possibly_billed ? w.possiblyBilled : ""],
            ])}
          />
        ) : (
          <p className="text-muted">{w.noUsage}</p>
        )}
      </Part>
      <Part title={w.who}>
        <Facts
          of={facts([
            [w.requestId, <Id key="id" text={row.request_id} />],
            [w.callId, <Id key="call" text={row.id} />],
            [w.parent, row.parent_request_id],
            [w.session, row.session_id && visible(row.session_id)],
            [w.virtualKey, value("virtual_key_ids", row.virtual_key_id, row.virtual_key_name)],
            [w.team, value("team_ids", row.team_id)],
            [w.customer, value("customer_ids", row.customer_id)],
            [w.endUser, row.end_user && visible(row.end_user)],
            [w.rule, value("routing_rule_ids", row.routing_rule_id, row.routing_rule_name)],
            [w.provider, value("providers", row.provider)],
            [w.model, value("models", row.model)],
            [w.key, value("selected_key_ids", row.selected_key_id, row.selected_key_name)],
            [w.node, value("nodes", row.node)],
            [w.worker, row.worker],
            [w.operation, `${row.operation} · ${row.dialect}${row.stream ? ` · ${w.streamed}` : ""}`],
          ])}
        />
      </Part>
      {row.metadata && (
        <Part title={w.metadata}>
          <Facts
            of={Object.entries(row.metadata).map(([name, value]) => [
              visible(name),
              <Given key={name} name={name} value={value} />,
            ])}
          />
        </Part>
      )}
    </div>
  );
}

/** A value that calls can be filtered by, where there is one. */
function value(by: ListFilter, of: string | undefined, title?: string): ReactNode {
  return of ? <Value by={by} value={of} title={title || of} /> : "";
}

function Id({ text }: { text: string }) {
  return (
    <span className="inline-flex items-center gap-1">
      <code className="font-mono">{visible(text)}</code>
      <Copy text={text} />
    </span>
  );
}
