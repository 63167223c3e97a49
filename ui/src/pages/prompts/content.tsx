import { useState } from "react";
import type { ApiError } from "@/api/error";
import { faultAt } from "@/parts/faults";
import { TextArea, TextField } from "@/parts/field";
import { words } from "@/words";

const w = words.prompts;

/** What a version or a draft says. */
export interface Said {
  messages: unknown[] | null;
  model?: string;
  model_params?: Record<string, unknown>;
  provider?: string;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const fresh = [{ role: "system", content: "" }];

/** The form of what a prompt says, as text; `said` is what it says, or null while it is no JSON. */
export function useContent(of: Said | undefined) {
  const [messages, setMessages] = useState(() => JSON.stringify(of?.messages ?? fresh, null, 2));
  const [params, setParams] = useState(() => JSON.stringify(of?.model_params ?? {}, null, 2));
  const [model, setModel] = useState(of?.model ?? "");
  const [provider, setProvider] = useState(of?.provider ?? "");
  const said = {
    messages: json(messages) as unknown[],
    model_params: json(params) as Record<string, unknown>,
    model,
    provider,
  };
  const written = Array.isArray(said.messages) && said.model_params !== undefined;
  return {
    said: written ? said : null,
    messages: [messages, setMessages, Array.isArray(said.messages)],
    params: [params, setParams, said.model_params !== undefined],
    model: [model, setModel],
    provider: [provider, setProvider],
  } as const;
}

/** The fields of useContent. */
export function ContentFields({ of, error }: { of: ReturnType<typeof useContent>; error: ApiError | null }) {
  const [messages, setMessages, areMessages] = of.messages;
  const [params, setParams, areParams] = of.params;
  const [model, setModel] = of.model;
  const [provider, setProvider] = of.provider;
  return (
    <>
      <TextArea
        label={w.messages}
        hint={w.messagesHint}
        rows={12}
        className="font-mono text-xs"
        value={messages}
        fault={areMessages ? faultAt(error, "messages") : w.noJson}
        onChange={(e) => setMessages(e.target.value)}
      />
      <TextField
        label={w.model}
        value={model}
        fault={faultAt(error, "model")}
        onChange={(e) => setModel(e.target.value)}
      />
      <TextField
        label={w.provider}
        value={provider}
        fault={faultAt(error, "provider")}
        onChange={(e) => setProvider(e.target.value)}
      />
      <TextArea
        label={w.params}
        hint={w.paramsHint}
        rows={4}
        className="font-mono text-xs"
        value={params}
        fault={areParams ? faultAt(error, "model_params") : w.noJson}
        onChange={(e) => setParams(e.target.value)}
      />
    </>
  );
}
