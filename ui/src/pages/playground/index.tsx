import { useQuery } from "@tanstack/react-query";
import { type ChangeEvent, useEffect, useRef, useState } from "react";
import type { ApiError } from "@/api/error";
import { getLog } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { models } from "@/gateway/chat";
import { type Draft, draftOf } from "@/gateway/replay";
import { type Body, languages, snippet } from "@/gateway/snippets";
import { stream, streamThroughControl } from "@/gateway/stream";
import { useGateway } from "@/gateway/useGateway";
import { Button } from "@/parts/button";
import { Code } from "@/parts/copy";
import { TextArea, TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Failure } from "@/parts/states";
import { useKeys } from "@/shell/keys";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { words } from "@/words";
import { BroughtPanel, useBrought, withBrought } from "./brought";
import { Column, type ColumnHandle } from "./column";

const w = words.playground;
const mostColumns = 4;

/** How do models answer this? */
export default function Playground() {
  const [search, set] = useUrl();
  const [system, setSystem] = useState("");
  const [prompt, setPrompt] = useState("");
  const [image, setImage] = useState("");
  const [key, setKey] = useState("");
  const [extra, setExtra] = useState("");
  const [language, setLanguage] = useState<(typeof languages)[number]>("curl");
  const { isHere, address } = useGateway();
  const offered = useQuery<string[], ApiError>({
    queryKey: ["models", key, isHere],
    queryFn: () => models(isHere !== false, key || undefined),
    enabled: isHere !== undefined,
    retry: false,
  });
  const chosen = (search.models ?? offered.data?.[0] ?? "mock/mock").split(",");
  const columns = useRef<(ColumnHandle | null)[]>([]);
  const more = readExtra(extra);
  const bodyFor = (model: string): Body => ({
    model,
    messages: [
      ...(system ? [{ role: "system", content: system }] : []),
      {
        role: "user",
        content: image
          ? [
              { type: "text", text: prompt },
              { type: "image_url", image_url: { url: image } },
            ]
          : prompt,
      },
    ],
    ...(more ?? {}),
  });
  const fill = (draft: Draft) => {
    setSystem(draft.system);
    setPrompt(draft.prompt);
    setExtra(draft.extra);
    if (draft.model) set({ models: draft.model }, { replace: true });
  };
  const brought = useBrought(fill);
  const past = useAnswer(getLog, { path: { id: search.call ?? "" } }, { enabled: Boolean(search.call) });
  const request = search.call && past.data?.id === search.call ? past.data.content?.request.text : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a past call fills the form once
  useEffect(() => {
    const draft = request ? draftOf(request) : null;
    if (draft) fill(draft);
  }, [request]);
  const choose = (list: string[]) => set({ models: list.join(",") }, { replace: true });
  const run = () => {
    const way = isHere === false ? streamThroughControl : stream;
    if (more !== null)
      chosen.forEach((model, i) => void columns.current[i]?.run(way, withBrought(bodyFor(model), brought), key));
  };
  useKeys({ "mod+Enter": run, "mod+enter": run });
  return (
    <Page
      title={words.pages.playground}
      actions={
        <>
          {chosen.length < mostColumns && (
            <Button onClick={() => choose([...chosen, chosen.at(-1) ?? ""])}>{w.addColumn}</Button>
          )}
          <Button kind="main" onClick={run} disabled={more === null || !(prompt || more.messages || brought.prompt)}>
            {w.run} <kbd className="font-mono text-xs">⌘↵</kbd>
          </Button>
        </>
      }
    >
      {search.call && past.error && <Failure error={past.error} retry={past.refetch} />}
      {request?.includes("[redacted]") && <p className="text-warn">{w.redacted}</p>}
      {offered.error && <Failure error={offered.error} />}
      {isHere === false && <p className="max-w-prose text-muted">{w.elsewhere}</p>}
      <BroughtPanel of={brought} body={bodyFor(chosen[0] ?? "")} />
      <div className="grid gap-4 lg:grid-cols-[1fr_20rem]">
        <Panel title={w.ask}>
          <TextArea label={w.system} rows={2} value={system} onChange={(e) => setSystem(e.target.value)} />
          <TextArea label={w.prompt} rows={4} value={prompt} onChange={(e) => setPrompt(e.target.value)} data-filter />
        </Panel>
        <Panel title={w.how}>
          <TextField
            label={w.key}
            hint={w.keyHint}
            type="password"
            value={key}
            onChange={(e) => setKey(e.target.value)}
          />
          <TextField label={w.image} type="file" accept="image/*" onChange={(e) => void readImage(e).then(setImage)} />
          <TextArea
            label={w.extra}
            hint={w.extraHint}
            rows={3}
            className="font-mono text-xs"
            value={extra}
            fault={more === null ? words.forms.noJson : undefined}
            onChange={(e) => setExtra(e.target.value)}
          />
        </Panel>
      </div>
      <div
        className="grid gap-4 md:grid-cols-2"
        style={{ gridTemplateColumns: chosen.length === 1 ? "1fr" : undefined }}
      >
        {chosen.map((model, i) => (
          <Column
            // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same model
            key={i}
            ref={(handle) => {
              columns.current[i] = handle;
            }}
            number={i + 1}
            model={model}
            models={offered.data ?? []}
            onModel={(next) => choose(chosen.with(i, next))}
            onRemove={chosen.length > 1 ? () => choose(chosen.toSpliced(i, 1)) : undefined}
          />
        ))}
      </div>
      <Panel
        title={w.asCode}
        side={
          <fieldset className="flex gap-1">
            <legend className="sr-only">{words.start.language}</legend>
            {languages.map((l) => (
              <Button
                key={l}
                kind={l === language ? "plain" : "quiet"}
                aria-pressed={l === language}
                onClick={() => setLanguage(l)}
              >
                {l}
              </Button>
            ))}
          </fieldset>
        }
      >
        <Code
          text={snippet(language, address, withBrought(bodyFor(chosen[0] ?? ""), brought), key !== "")}
          label={w.asCode}
        />
      </Panel>
    </Page>
  );
}

/** Further members of the body, or null for what is no object of JSON. */
function readExtra(text: string): Record<string, unknown> | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** The picture that was chosen, as a data URL; "" for none. */
function readImage(event: ChangeEvent<HTMLInputElement>): Promise<string> {
  const file = event.target.files?.[0];
  if (!file) return Promise.resolve("");
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => resolve("");
    reader.readAsDataURL(file);
  });
}
