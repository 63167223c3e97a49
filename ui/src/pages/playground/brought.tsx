import { useEffect, useState } from "react";
import {
  getPromptSession,
  listPromptSessions,
  listPrompts,
  listPromptVersions,
  type PromptSession,
  updatePromptSession,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { filled, naming, variablesOf } from "@/gateway/prompted";
import { type Draft, draftOf } from "@/gateway/replay";
import type { Body } from "@/gateway/snippets";
import { visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { useUrl } from "@/shell/search";
import { words } from "@/words";

const w = words.playground.brought;

type Values = Record<string, string>;

/** What the address has the playground bring along of the prompt repository. */
export interface Brought {
  /** A version that the gateway puts in, as NAME@VERSION. */
  prompt: string | undefined;
  /** A draft that is filled in here. */
  draft: PromptSession | undefined;
  variables: string[];
  values: Values;
  setValues: (values: Values) => void;
  error: ReturnType<typeof useAnswer>["error"];
}

/** The version (?prompt=) or the draft (?draft=) that the address names; `fill` gets what a draft says, once. */
export function useBrought(fill: (draft: Draft) => void): Brought {
  const [search] = useUrl();
  const { prompt, draft: id } = search;
  const [values, setValues] = useState<Values>({});
  const [name = "", number] = (prompt ?? "").split("@", 2);
  const prompts = useAnswer(listPrompts, { query: { search: name, limit: 100 } }, { enabled: Boolean(prompt) });
  const found = prompt ? prompts.data?.prompts?.find((p) => p.name === name) : undefined;
  const versions = useAnswer(listPromptVersions, { path: { id: found?.id ?? "" } }, { enabled: Boolean(found) });
  const version = found && versions.data?.versions?.find((v) => String(v.version_number) === number);
  const session = useAnswer(getPromptSession, { path: { id: id ?? "" } }, { enabled: Boolean(id) });
  const draft = session.data?.session.id === id ? session.data?.session : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a draft fills the form once
  useEffect(() => {
    const said = draft && draftOf(bodyOf(draft));
    if (said) fill(said);
  }, [draft?.id]);
  return {
    prompt,
    draft,
    variables: (draft ? variablesOf(draft.messages) : version?.variables) ?? [],
    values,
    setValues,
    error: prompts.error ?? versions.error ?? session.error,
  };
}

/** A draft as the body of a call. */
function bodyOf({ provider, model, messages, model_params }: PromptSession): string {
  return JSON.stringify({ model: [provider, model].filter(Boolean).join("/"), messages, ...model_params });
}

/** The body of a call with what is brought along. */
export function withBrought(body: Body, { prompt, draft, values }: Brought): Body {
  if (prompt) return naming(body, prompt, values);
  return draft ? filled(body, values) : body;
}

/** Shows what is brought along, with a field for each of its variables. */
export function BroughtPanel({ of, body }: { of: Brought; body: Body }) {
  const [, set] = useUrl();
  const save = useChange(updatePromptSession, [getPromptSession, listPromptSessions]);
  if (of.error) return <Failure error={of.error} />;
  if (!of.prompt && !of.draft) return null;
  const { model: _, messages, ...model_params } = body;
  const saveIt = (id: string) =>
    save.mutate(
      { path: { id }, body: { messages: messages as unknown[], model_params } },
      { onSuccess: () => say(words.prompts.saved), onError: (e) => say(e.message, e.code) },
    );
  const { draft } = of;
  return (
    <Panel
      title={draft ? w.draft(visible(draft.name)) : w.prompt(visible(of.prompt ?? ""))}
      side={
        <span className="flex gap-2">
          {draft && (
            <Button disabled={save.isPending} onClick={() => saveIt(draft.id)}>
              {w.save}
            </Button>
          )}
          <Button kind="quiet" onClick={() => set({ prompt: "", draft: "" })}>
            {w.without}
          </Button>
        </span>
      }
    >
      {of.variables.map((name) => (
        <TextField
          key={name}
          label={name}
          value={of.values[name] ?? ""}
          onChange={(e) => of.setValues({ ...of.values, [name]: e.target.value })}
        />
      ))}
    </Panel>
  );
}
