import { type FormEvent, useState } from "react";
import { createPromptVersion, listPrompts, listPromptVersions, type PromptVersion } from "@/api/operations";
import { useChange } from "@/api/query";
import { differences } from "@/lib/diff";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { Differences } from "@/parts/differences";
import { faultAt } from "@/parts/faults";
import { TextArea, TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { words } from "@/words";
import { said } from "./said";

const w = words.prompts;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const fresh = [{ role: "system", content: "" }];

/** Commits a version of a prompt, which begins as the latest one is. */
export function Commit({
  id,
  latest,
  onClose,
}: {
  id: string;
  latest: PromptVersion | undefined;
  onClose: () => void;
}) {
  const commit = useChange(createPromptVersion, [listPromptVersions, listPrompts]);
  const [messages, setMessages] = useState(() => JSON.stringify(latest?.messages ?? fresh, null, 2));
  const [params, setParams] = useState(() => JSON.stringify(latest?.model_params ?? {}, null, 2));
  const [model, setModel] = useState(latest?.model ?? "");
  const [provider, setProvider] = useState(latest?.provider ?? "");
  const [message, setMessage] = useState("");
  const body = {
    messages: json(messages) as unknown[],
    model_params: json(params) as Record<string, unknown>,
    ...(model && { model }),
    ...(provider && { provider }),
  };
  const written = Array.isArray(body.messages) && body.model_params !== undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    commit.mutate(
      { path: { id }, body: { ...body, ...(message && { commit_message: message }) } },
      {
        onSuccess: ({ version }) => {
          say(w.committed(version.version_number));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} title={w.commit} sheet wide>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <TextArea
          label={w.messages}
          hint={w.messagesHint}
          rows={12}
          className="font-mono text-xs"
          value={messages}
          fault={Array.isArray(body.messages) ? faultAt(commit.error, "messages") : w.noJson}
          onChange={(e) => setMessages(e.target.value)}
        />
        <TextField
          label={w.model}
          value={model}
          fault={faultAt(commit.error, "model")}
          onChange={(e) => setModel(e.target.value)}
        />
        <TextField
          label={w.provider}
          value={provider}
          fault={faultAt(commit.error, "provider")}
          onChange={(e) => setProvider(e.target.value)}
        />
        <TextArea
          label={w.params}
          hint={w.paramsHint}
          rows={4}
          className="font-mono text-xs"
          value={params}
          fault={body.model_params === undefined ? w.noJson : faultAt(commit.error, "model_params")}
          onChange={(e) => setParams(e.target.value)}
        />
        <TextField label={w.message} value={message} onChange={(e) => setMessage(e.target.value)} />
        {latest && written && <Differences of={differences(said(latest), said({ ...latest, ...body }))} />}
        {commit.error && <Failure error={commit.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="main" type="submit" disabled={commit.isPending || !written}>
            {w.commit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
