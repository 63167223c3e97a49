import { useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "@/api/error";
import type { MCPTool } from "@/api/operations";
import { type Fault, faultsOf, formOf } from "@/forms/arguments";
import { Form, type Values } from "@/forms/form";
import { Description } from "@/forms/schema";
import { runTool, type Said } from "@/gateway/tool";
import { useGateway } from "@/gateway/useGateway";
import { visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { TextArea, TextField } from "@/parts/field";
import { LongText } from "@/parts/longtext";
import { Failure } from "@/parts/states";
import { words } from "@/words";

const w = words.mcp.run;
const alone = new Description({ paths: {}, components: { schemas: {} } });

/** Runs a tool by the rights of a virtual key, and shows what it has said. */
export function RunTool({ tool, onClose }: { tool: MCPTool; onClose: () => void }) {
  const form = useMemo(() => formOf(tool.parameters), [tool.parameters]);
  const [asJson, setAsJson] = useState(form === null);
  const [key, setKey] = useState("");
  const [values, setValues] = useState<Values>({});
  const [text, setText] = useState("{}");
  const read = asJson ? parsed(text) : values;
  const faults = read === undefined ? [] : faultsOf(tool.parameters, read);
  const { run, stop, running, said, error } = useRun(tool.name, key);
  return (
    <Dialog open wide onClose={onClose} title={w.title(visible(tool.name))}>
      <div className="flex flex-col gap-4">
        {tool.description && <p className="whitespace-pre-wrap text-muted">{visible(tool.description)}</p>}
        {tool.destructive && <p className="text-warn">{w.destructive}</p>}
        <TextField
          label={words.playground.key}
          hint={w.keyHint}
          type="password"
          value={key}
          onChange={(e) => setKey(e.target.value)}
        />
        {form && !asJson ? (
          <Form description={alone} schema={form} values={values} onChange={setValues} error={null} />
        ) : (
          <TextArea
            label={w.arguments}
            rows={Math.min(16, text.split("\n").length + 2)}
            className="font-mono text-xs"
            value={text}
            fault={read === undefined ? words.forms.noJson : undefined}
            onChange={(e) => setText(e.target.value)}
          />
        )}
        <Faults of={faults} />
        <div className="flex flex-wrap gap-2">
          <Button kind="main" disabled={read === undefined || faults.length > 0 || running} onClick={() => run(read)}>
            {w.run}
          </Button>
          {running && <Button onClick={stop}>{words.playground.stop}</Button>}
          {form && (
            <Button
              kind="quiet"
              onClick={() => {
                if (asJson && isValues(read)) setValues(read);
                else setText(JSON.stringify(values, null, 2));
                setAsJson(!asJson);
              }}
            >
              {asJson ? w.asForm : w.asJson}
            </Button>
          )}
        </div>
        {error && <Failure error={error} />}
        {said && <Result of={said} />}
        <details>
          <summary className="min-h-6 text-muted">{w.schema}</summary>
          <LongText mono text={JSON.stringify(tool.parameters ?? {}, null, 2)} />
        </details>
      </div>
    </Dialog>
  );
}

/** A run that ends with the page that shows it. */
function useRun(name: string, key: string) {
  const { isHere } = useGateway();
  const [running, setRunning] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  const run = async (args: unknown) => {
    const abort = new AbortController();
    current.current = abort;
    setRunning(true);
    setSaid(null);
    setError(null);
    try {
      setSaid(await runTool(isHere !== false, key, name, args, abort.signal));
    } catch (reason) {
      if (!abort.signal.aborted)
        setError(reason instanceof ApiError ? reason : new ApiError(0, "tool_failed", String(reason), ""));
    }
    if (current.current === abort) setRunning(false);
  };
  return { run: (args: unknown) => void run(args), stop: () => current.current?.abort(), running, said, error };
}

function Faults({ of }: { of: Fault[] }) {
  if (of.length === 0) return null;
  return (
    <ul className="text-xs text-bad" aria-label={w.faults}>
      {of.slice(0, 10).map((f) => (
        <li key={`${f.at} ${f.kind}`}>{visible(w.fault[f.kind](f.at || w.arguments, f.of))}</li>
      ))}
    </ul>
  );
}

function Result({ of }: { of: Said }) {
  return (
    <section aria-label={w.result} className="flex flex-col gap-2 rounded-md bg-raised p-3" data-said>
      <p className="flex items-center gap-2">
        <Badge tone={of.isError ? "bad" : "good"}>{of.isError ? w.failed : w.done}</Badge>
        <code className="font-mono text-xs text-muted">{of.requestId}</code>
      </p>
      <LongText mono text={of.text} />
    </section>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
