import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Ref, useEffect, useId, useImperativeHandle, useRef, useState } from "react";
import { call } from "@/api/call";
import { ApiError } from "@/api/error";
import { listLogs } from "@/api/operations";
import type { Body } from "@/gateway/snippets";
import type { Progress, stream } from "@/gateway/stream";
import { count, duration, money, visible } from "@/lib/format";
import { Button, buttonLook } from "@/parts/button";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.playground;

export interface ColumnHandle {
  run: (way: typeof stream, body: Body, key: string) => Promise<void>;
}

interface Props {
  ref: Ref<ColumnHandle>;
  number: number;
  model: string;
  models: string[];
  onModel: (model: string) => void;
  onRemove: (() => void) | undefined;
}

/** One model's answer, as it comes. */
export function Column({ ref, number, model, models, onModel, onRemove }: Props) {
  const list = useId();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [running, setRunning] = useState<AbortController | null>(null);
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  useImperativeHandle(ref, () => ({
    run: async (way, body, key) => {
      current.current?.abort();
      const abort = new AbortController();
      current.current = abort;
      setRunning(abort);
      setProgress(null);
      setError(null);
      try {
        await way(body, key, abort.signal, setProgress);
      } catch (reason) {
        if (!abort.signal.aborted)
          setError(reason instanceof ApiError ? reason : new ApiError(0, "stream_failed", String(reason), ""));
      }
      if (current.current === abort) setRunning(null);
    },
  }));
  return (
    <section
      aria-label={w.answer(number)}
      className="flex min-h-48 flex-col gap-3 rounded-lg border border-line bg-surface p-4"
    >
      <div className="flex items-end gap-2">
        <div className="flex-1">
          <TextField label={w.model(number)} list={list} value={model} onChange={(e) => onModel(e.target.value)} />
          <datalist id={list}>
            {models.map((m) => (
              <option key={m} value={m} />
            ))}
          </datalist>
        </div>
        {running && <Button onClick={() => running.abort()}>{w.stop}</Button>}
        {onRemove && (
          <Button kind="quiet" aria-label={w.removeColumn(number)} onClick={onRemove}>
            ✕
          </Button>
        )}
      </div>
      {error && <Failure error={error} />}
      {progress && (
        <div className="flex flex-1 flex-col gap-2" data-answer={running ? "running" : "ended"}>
          {progress.reasoning && (
            <details open={!progress.text}>
              <summary className="min-h-6 text-muted">{w.reasoning}</summary>
              <p className="whitespace-pre-wrap text-muted">{visible(progress.reasoning)}</p>
            </details>
          )}
          <p className="flex-1 whitespace-pre-wrap">{visible(progress.text)}</p>
          {progress.tools.map((tool) => (
            <pre
              key={tool.name + tool.arguments}
              className="rounded-md bg-raised p-2 font-mono text-xs whitespace-pre-wrap"
            >
              {visible(`${tool.name}(${tool.arguments})`)}
            </pre>
          ))}
          <Figures of={progress} ended={!running} />
        </div>
      )}
    </section>
  );
}

/** What a call has cost, as the log has it some moments after its end; nothing where it is not looked for. */
function useCost(requestId: string | undefined, ended: boolean): string {
  const { may } = useSession();
  const asked = useQuery({
    queryKey: ["cost", requestId],
    queryFn: () => call(listLogs, { query: { request_id: requestId ?? "", limit: 1 } }),
    enabled: ended && Boolean(requestId) && may(listLogs.id),
    refetchInterval: (query) => (query.state.data?.logs?.length || query.state.dataUpdateCount > 10 ? false : 1_000),
  });
  const row = asked.data?.logs?.[0];
  if (!row) return "";
  return row.cost_nano ? w.cost(money(row.cost)) : row.token_usage ? w.noPrice : "";
}

function Figures({ of, ended }: { of: Progress; ended: boolean }) {
  const cost = useCost(of.requestId, ended);
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-xs text-muted">
      <span>{of.provider}</span>
      {of.firstMs !== undefined && <span>{w.first(duration(of.firstMs))}</span>}
      <span>{w.took(duration(of.tookMs))}</span>
      {of.outputTokens !== undefined && <span>{w.tokens(count(of.inputTokens), count(of.outputTokens))}</span>}
      {cost && <span>{cost}</span>}
      {of.finish && of.finish !== "stop" && <span>{of.finish}</span>}
      {of.requestId && (
        <Link to={"/calls" as never} search={{ request_id: of.requestId } as never} className={buttonLook("quiet")}>
          {words.start.look}
        </Link>
      )}
    </p>
  );
}
