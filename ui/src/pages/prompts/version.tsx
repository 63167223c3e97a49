import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import {
  deletePromptVersion,
  listPrompts,
  listPromptVersions,
  type Prompt,
  type PromptVersion,
  updatePrompt,
} from "@/api/operations";
import { useChange } from "@/api/query";
import { differences } from "@/lib/diff";
import { ago, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button, buttonLook } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Differences } from "@/parts/differences";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { said } from "./said";

const w = words.prompts;

/** The name of the version that calls get which name none. */
const live = "live";

interface Props {
  prompt: Prompt;
  of: PromptVersion;
  before: PromptVersion | undefined;
}

/** A version: what has changed with it, and what it is called. */
export function Version({ prompt, of, before }: Props) {
  return (
    <details open={of.is_latest} className="border-t border-line pt-2">
      <summary className="min-h-6">
        <strong>{w.version(of.version_number)}</strong> {visible(of.commit_message ?? "")}{" "}
        {(of.labels ?? []).map((label) => (
          <Badge key={label} tone={label === live ? "good" : "plain"}>
            {visible(label)}
          </Badge>
        ))}{" "}
        <span className="text-xs text-muted">
          {visible(of.created_by ?? "")} · {ago(of.created_at)}
        </span>
      </summary>
      <Actions prompt={prompt} of={of} />
      <Differences title={`${w.changes} ${of.version_number}`} of={differences(said(before), said(of))} />
    </details>
  );
}

function Actions({ prompt, of }: Omit<Props, "before">) {
  const { may } = useSession();
  const [removing, setRemoving] = useState(false);
  const update = useChange(updatePrompt, [listPrompts, listPromptVersions]);
  const remove = useChange(deletePromptVersion, [listPrompts, listPromptVersions]);
  const n = of.version_number;
  const named = of.labels ?? [];
  const label = (labels: Record<string, number>, done?: string) =>
    update.mutate(
      { path: { id: prompt.id }, body: { labels } },
      { onSuccess: () => done && say(done), onError: (e) => say(e.message, e.code) },
    );
  const put = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("label")).trim();
    event.currentTarget.reset();
    if (name) label({ ...prompt.labels, [name]: n });
  };
  const drop = (name: string) => {
    const { [name]: _, ...rest } = prompt.labels ?? {};
    label(rest);
  };
  return (
    <div className="flex flex-wrap items-end gap-2 py-1">
      {may(updatePrompt.id) && (
        <>
          {!named.includes(live) && (
            <Button disabled={update.isPending} onClick={() => label({ ...prompt.labels, [live]: n }, w.isLive(n))}>
              {w.goLive}
            </Button>
          )}
          <form className="flex items-end gap-1" onSubmit={put}>
            <TextField label={w.putLabel(n)} name="label" title={w.labelHint} />
            <Button type="submit" disabled={update.isPending}>
              {w.label}
            </Button>
          </form>
          {named.map((name) => (
            <Button key={name} kind="quiet" aria-label={w.dropLabel(name)} onClick={() => drop(name)}>
              {visible(name)} ✕
            </Button>
          ))}
        </>
      )}
      <Link to={"/playground" as never} search={{ prompt: `${prompt.name}@${n}` } as never} className={buttonLook()}>
        {w.tryIt}
      </Link>
      {may(deletePromptVersion.id) && named.length === 0 && (
        <Button kind="quiet" onClick={() => setRemoving(true)}>
          {w.removeVersion}
        </Button>
      )}
      {removing && (
        <Confirm
          open
          onClose={() => setRemoving(false)}
          title={words.objects.removeTitle(w.version(n))}
          effect={w.removeVersionEffect}
          action={words.objects.remove}
          busy={remove.isPending}
          fault={remove.error && <Failure error={remove.error} />}
          onConfirm={() => remove.mutate({ path: { id: of.id } }, { onSuccess: () => setRemoving(false) })}
        />
      )}
    </div>
  );
}
