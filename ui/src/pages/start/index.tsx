import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import type { ApiError } from "@/api/error";
import { chat, models } from "@/gateway/chat";
import { languages, snippet } from "@/gateway/snippets";
import { useGateway } from "@/gateway/useGateway";
import { duration, visible } from "@/lib/format";
import { Button, buttonLook } from "@/parts/button";
import { Code } from "@/parts/copy";
import { SelectField, TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Failure, Shown } from "@/parts/states";
import { Page } from "@/shell/page";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.start;

/** From nothing to the first answered call. */
export default function Start() {
  const { may } = useSession();
  const [key, setKey] = useState("");
  const [model, setModel] = useState("");
  const [prompt, setPrompt] = useState<string>(w.greeting);
  const [language, setLanguage] = useState<(typeof languages)[number]>("curl");
  const { isHere, address } = useGateway();
  const offered = useQuery<string[], ApiError>({
    queryKey: ["models", key, isHere],
    queryFn: () => models(isHere !== false, key || undefined),
    enabled: isHere !== undefined,
    retry: false,
  });
  const names = offered.data ?? [];
  const asked = { model: model || (names[0] ?? "mock/mock"), prompt, ...(key && { key }) };
  const sent = useMutation<Awaited<ReturnType<typeof chat>>, ApiError>({
    mutationFn: () => chat(isHere !== false, asked),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    sent.mutate();
  };
  return (
    <Page title={w.title}>
      <p className="max-w-prose text-muted">{w.intro}</p>
      <Panel title={w.step1}>
        <Shown of={offered} rows={1}>
          {(list) => <p>{w.offered(list.length, [...new Set(list.map((name) => name.split("/")[0] ?? name))])}</p>}
        </Shown>
        {isHere === false && <p className="max-w-prose text-muted">{w.elsewhere}</p>}
        {may("create-provider") && (
          <p>
            <Link to={"/providers" as never} className={buttonLook()}>
              {w.addProvider}
            </Link>
          </p>
        )}
      </Panel>
      <Panel title={w.step2}>
        <form className="flex max-w-2xl flex-col gap-3" onSubmit={send}>
          <SelectField label={w.model} value={asked.model} onChange={(e) => setModel(e.target.value)}>
            {(names.length ? names : [asked.model]).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </SelectField>
          <TextField label={w.prompt} value={prompt} onChange={(e) => setPrompt(e.target.value)} />
          {(key || offered.error?.status === 401) && (
            <TextField
              label={w.key}
              hint={w.keyHint}
              type="password"
              value={key}
              onChange={(e) => setKey(e.target.value)}
            />
          )}
          <div>
            <Button kind="main" type="submit" disabled={sent.isPending || isHere === undefined}>
              {w.send}
            </Button>
          </div>
        </form>
        {sent.error && <Failure error={sent.error} />}
        {sent.data && (
          <output className="flex flex-col gap-1 rounded-lg border border-line bg-raised p-3" data-answer>
            <span className="whitespace-pre-wrap">{visible(sent.data.text)}</span>
            <span className="text-xs text-muted">
              {w.answered(sent.data.provider, duration(sent.data.tookMs))}{" "}
              <Link
                to={"/calls" as never}
                search={{ request_id: sent.data.requestId } as never}
                className="text-accent underline"
              >
                {w.look}
              </Link>
            </span>
          </output>
        )}
      </Panel>
      <Panel
        title={w.step3}
        side={
          <fieldset className="flex gap-1">
            <legend className="sr-only">{w.language}</legend>
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
          text={snippet(
            language,
            address,
            { model: asked.model, messages: [{ role: "user", content: prompt }] },
            key !== "",
          )}
          label={w.step3}
        />
      </Panel>
    </Page>
  );
}
